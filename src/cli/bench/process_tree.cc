#include "cli/bench/process_tree.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "cli/text/units.h"
#include "sys/file.h"

namespace leash::cli {
namespace {

/// The fourth field of /proc/<pid>/stat; the second is in parentheses and may hold anything.
std::optional<pid_t> parent_of(pid_t pid) {
  const auto text = sys::read_file(fmt::format("/proc/{}/stat", pid));
  if (!text) return std::nullopt;
  const std::size_t name_end = text->rfind(')');
  constexpr std::size_t kStateAndBlanks = 4;  // ") S "
  if (name_end == std::string::npos || text->size() < name_end + kStateAndBlanks) {
    return std::nullopt;
  }
  pid_t parent = 0;
  const char* const begin = text->data() + name_end + kStateAndBlanks;
  std::from_chars(begin, text->data() + text->size(), parent);
  return parent;
}

}  // namespace

std::vector<pid_t> process_tree(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
    const auto number = parse_count(entry.path().filename().string());
    if (!number) continue;
    const auto pid = static_cast<pid_t>(*number);
    if (const auto parent = parent_of(pid)) children.emplace(*parent, pid);
  }
  std::vector<pid_t> tree = {root};
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const auto [begin, end] = children.equal_range(tree[i]);
    for (auto child = begin; child != end; ++child) tree.push_back(child->second);
  }
  return tree;
}

std::size_t count_of_program(const std::vector<pid_t>& processes, std::string_view name) {
  std::size_t count = 0;
  for (const pid_t pid : processes) {
    const auto words = sys::read_file(fmt::format("/proc/{}/cmdline", pid));
    if (!words) continue;
    const std::string program = words->substr(0, words->find('\0'));
    if (program.substr(program.rfind('/') + 1) == name) ++count;
  }
  return count;
}

base::Result<base::Bytes> memory_of(const std::vector<pid_t>& processes) {
  base::Bytes sum;
  for (const pid_t pid : processes) {
    const auto text = sys::read_file(fmt::format("/proc/{}/smaps_rollup", pid));
    if (!text) {
      if (text.error().number == ENOENT || text.error().number == ESRCH) continue;
      return text.error();
    }
    constexpr std::string_view kMark = "\nPss:";
    const std::size_t mark = text->find(kMark);
    if (mark == std::string::npos) continue;
    const std::size_t digits = text->find_first_not_of(' ', mark + kMark.size());
    std::uint64_t kib = 0;
    std::from_chars(text->data() + digits, text->data() + text->size(), kib);
    sum.count += kib << 10U;
  }
  return sum;
}

}  // namespace leash::cli
