#include "spawner/subordinate_ids.h"

#include <charconv>
#include <string>

namespace leash::spawner {
namespace {

/// Cuts `text` at the first `separator`; what follows it stays in `text`.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return head;
}

std::optional<id_t> parse_id(std::string_view text) {
  id_t id = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, id);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return id;
}

}  // namespace

std::optional<SubordinateIds> find_subordinate_ids(std::string_view file, std::string_view user,
                                                   uid_t uid) {
  std::optional<SubordinateIds> longest;
  const std::string number = std::to_string(uid);
  while (!file.empty()) {
    std::string_view line = take_until(file, '\n');
    const std::string_view owner = take_until(line, ':');
    const auto first = parse_id(take_until(line, ':'));
    const auto count = parse_id(line);
    if (owner.empty() || (owner != user && owner != number) || !first || !count) continue;
    if (!longest || *count > longest->count) longest = SubordinateIds{*first, *count};
  }
  return longest;
}

}  // namespace leash::spawner
