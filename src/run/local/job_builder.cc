#include "run/local/job_builder.h"

#include <algorithm>

#include "protocol/job.h"
#include "sys/memfd.h"

namespace leash::run {
namespace {

constexpr std::uint32_t kSourceMode = 0644;
constexpr std::uint32_t kArtifactMode = 0755;
constexpr std::uint64_t kPage = 4096;

std::uint64_t pages(std::uint64_t bytes) {
  return (bytes + kPage - 1) / kPage;
}

bool has_file(const Artifacts& artifacts, const std::string& path) {
  return std::ranges::any_of(artifacts.files, [&](const auto& f) { return f.path == path; });
}

}  // namespace

base::Result<sys::UniqueFd> build_job(const RunSpec& spec, const Artifacts& artifacts,
                                      protocol::Step step) {
  protocol::JobWriter writer;
  std::uint32_t index = 0;
  for (const SourceFile& file : spec.files) {
    if (has_file(artifacts, file.path)) continue;
    writer.add_file(file.path, kSourceMode, file.content);
    if (file.path == spec.entry) writer.set_entry(index);
    ++index;
  }
  for (const auto& file : artifacts.files) {
    writer.add_file(file.path, kArtifactMode, file.content);
  }
  if (step != protocol::Step::kCompile) {
    for (const std::string& arg : spec.args) writer.add_arg(arg);
  }
  for (const auto& [name, value] : spec.env) writer.add_env(name, value);
  return sys::make_sealed_memfd("leash-job", writer.parts());
}

bool has_room(const RunSpec& spec, const Artifacts& artifacts) {
  std::uint64_t needed = 0;
  for (const SourceFile& file : spec.files) {
    if (!has_file(artifacts, file.path)) needed += pages(file.content.size());
  }
  for (const auto& file : artifacts.files) needed += pages(file.content.size());
  return needed <= pages(spec.limits.disk.count);
}

base::Result<Artifacts> read_artifacts(int memfd, base::Bytes limit,
                                       const std::vector<std::string>& expected) {
  auto mapping = sys::SealedMapping::map(memfd, limit.count);
  if (!mapping) return mapping.error();
  const auto broken = [] { return base::plain_error("read artifacts", "", "malformed"); };
  protocol::JobReader reader(mapping->view());
  if (!reader.read_header() || reader.files() != expected.size()) return broken();
  Artifacts artifacts;
  for (const std::string& name : expected) {
    protocol::JobReader::File file;
    if (!reader.read_file(file) || file.path != name) return broken();
    artifacts.files.push_back({.path = file.path, .content = file.content});
  }
  artifacts.memory.emplace(std::move(*mapping));
  return artifacts;
}

}  // namespace leash::run
