#include "run/local/compile_cache.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sys/memfd.h"

namespace leash::run {
namespace {

constexpr std::uint64_t kPage = 4096;

/// A sealed copy, mapped; nothing if there is no memory for it.
std::optional<Artifacts> copy_of(const Artifacts& artifacts,
                                 const std::vector<std::string>& names) {
  if (!artifacts.memory) return std::nullopt;
  const std::string_view bytes = artifacts.memory->view();
  const auto memfd = sys::make_sealed_memfd("leash-compiled", bytes);
  if (!memfd) return std::nullopt;
  auto copy = read_artifacts(memfd->get(), {bytes.size()}, names);
  if (!copy) return std::nullopt;
  return std::move(*copy);
}

std::uint64_t pages_of(const Artifacts& artifacts) {
  const std::uint64_t size = artifacts.memory ? artifacts.memory->view().size() : 0;
  return (size + kPage - 1) / kPage * kPage;
}

bool fits(const Compiled& compiled, const CompileCache::Room& room) {
  const auto& [report, artifacts] = compiled;
  return std::max(report.stdout_data.size(), report.stderr_data.size()) <= room.output.count &&
         artifacts.memory->view().size() <= room.disk.count;
}

/// A text of parts that can be told apart again.
class KeyWriter {
 public:
  void number(std::uint64_t value) { text_.append(reinterpret_cast<const char*>(&value), 8); }
  void part(std::string_view bytes) {
    number(bytes.size());
    text_ += bytes;
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

CompileCache::CompileCache(base::Bytes limit, std::size_t max_entries)
    : limit_(limit), max_entries_(max_entries) {}

std::shared_ptr<const Compiled> CompileCache::find(std::string_view key, Room room) {
  const std::scoped_lock lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end() || !fits(*found->second->compiled, room)) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->compiled;
}

void CompileCache::store(std::string key, const CompileReport& report, const Artifacts& artifacts,
                         const std::vector<std::string>& names) {
  const std::uint64_t bytes =
      key.size() + report.stdout_data.size() + report.stderr_data.size() + pages_of(artifacts);
  if (bytes > limit_.count || max_entries_ == 0) return;
  auto copy = copy_of(artifacts, names);
  if (!copy) return;
  auto compiled = std::make_shared<const Compiled>(Compiled{report, std::move(*copy)});
  const std::scoped_lock lock(mutex_);
  if (index_.contains(key)) return;  // another run of the same source was sooner
  evict_down_to(limit_.count - bytes, max_entries_ - 1);
  entries_.push_front({std::move(key), std::move(compiled), bytes});
  index_.emplace(entries_.front().key, entries_.begin());
  figures_.bytes += bytes;
  figures_.entries = entries_.size();
}

void CompileCache::evict_down_to(std::uint64_t bytes, std::size_t entries) {
  while (figures_.bytes > bytes || entries_.size() > entries) {
    const Entry& last = entries_.back();
    figures_.bytes -= last.bytes;
    ++figures_.evictions;
    index_.erase(last.key);
    entries_.pop_back();  // a run that has it keeps it to its end
  }
}

CompileCacheFigures CompileCache::figures() const {
  const std::scoped_lock lock(mutex_);
  return figures_;
}

std::optional<std::string> compile_key(const RunSpec& spec, const runtimes::Catalog& catalog,
                                       std::size_t language, std::string_view version) {
  const runtimes::Descriptor& descriptor = catalog.languages().at(language);
  assert(descriptor.compile);
  const auto is_volatile = [&](const SourceFile& file) {
    return std::ranges::any_of(descriptor.compile->volatile_names, [&](const std::string& name) {
      return file.content.find(name) != std::string::npos;
    });
  };
  if (std::ranges::any_of(spec.files, is_volatile)) return std::nullopt;
  KeyWriter key;
  key.part(spec.tenant);
  key.number(catalog.fingerprint());
  key.part(descriptor.id);
  key.part(version);
  key.part(spec.entry);
  key.number(spec.files.size());
  for (const SourceFile& file : spec.files) {
    key.part(file.path);
    key.part(file.content);
  }
  key.number(spec.env.size());
  for (const auto& [name, value] : spec.env) {
    key.part(name);
    key.part(value);
  }
  return key.take();
}

}  // namespace leash::run
