#include "zygote/command_image.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace leash::zygote {
namespace {

using sandbox::ExecEntry;
using List = const char* const*;

/// The lists of an entry, in their order in the image.
constexpr List ExecEntry::*kLists[] = {&ExecEntry::compile,   &ExecEntry::run,
                                       &ExecEntry::version,   &ExecEntry::source_suffixes,
                                       &ExecEntry::artifacts, &ExecEntry::environment};
/// In place of the number of texts: there is no list.
constexpr std::uint32_t kNone = UINT32_MAX;

void put_number(std::string& image, std::uint32_t number) {
  image.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put_list(std::string& image, List list) {
  if (list == nullptr) return put_number(image, kNone);
  std::uint32_t count = 0;
  while (list[count] != nullptr) ++count;
  put_number(image, count);
  for (; *list != nullptr; ++list) image.append(*list, std::strlen(*list) + 1);
}

class Reader {
 public:
  explicit Reader(std::string_view image) : left_(image) {}

  std::uint32_t number() {
    std::uint32_t value = 0;
    if (left_.size() < sizeof value) refuse();
    std::memcpy(&value, left_.data(), sizeof value);
    left_.remove_prefix(sizeof value);
    return value;
  }
  const char* text() {
    const std::size_t size = left_.find('\0');
    if (size == std::string_view::npos) refuse();
    const char* found = left_.data();
    left_.remove_prefix(size + 1);
    return found;
  }

 private:
  [[noreturn]] static void refuse() {
    std::fputs("leash zygote: the commands are damaged\n", stderr);
    std::_Exit(2);
  }

  std::string_view left_;
};

}  // namespace

std::string make_command_image(std::span<const ExecEntry> languages) {
  std::string image;
  put_number(image, static_cast<std::uint32_t>(languages.size()));
  for (const ExecEntry& entry : languages) {
    for (const auto list : kLists) put_list(image, entry.*list);
  }
  return image;
}

CommandTable::CommandTable(std::string_view image) {
  Reader reader(image);
  const std::uint32_t count = reader.number();
  for (std::uint32_t i = 0; i < count; ++i) {
    ExecEntry& entry = entries_.emplace_back();
    for (const auto list : kLists) {
      const std::uint32_t texts = reader.number();
      if (texts == kNone) continue;
      std::vector<const char*>& kept = lists_.emplace_back();
      for (std::uint32_t n = 0; n < texts; ++n) kept.push_back(reader.text());
      kept.push_back(nullptr);
      entry.*list = kept.data();
    }
  }
}

}  // namespace leash::zygote
