#include "runtimes/descriptor_rules.h"

#include <algorithm>

namespace leash::runtimes {
namespace {

constexpr std::size_t kMaxNameLength = 32;
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";

bool contains(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

bool is_lower(char c) {
  return contains(kLower, c);
}
bool is_digit(char c) {
  return contains(kDigits, c);
}
bool is_letter(char c) {
  return is_lower(c) || contains(kUpper, c);
}

bool has_dot_dot(std::string_view path) {
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (path.substr(0, slash) == "..") return true;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return false;
}

/// The first "{word}" in `text`, or an empty view.
std::string_view find_placeholder(std::string_view text) {
  for (std::size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    std::size_t end = open + 1;
    while (end < text.size() && (is_lower(text[end]) || text[end] == '_')) ++end;
    if (end > open + 1 && end < text.size() && text[end] == '}') {
      return text.substr(open, end - open + 1);
    }
  }
  return {};
}

bool is_allowed(std::string_view placeholder, PlaceholderSet allowed) {
  if (allowed == PlaceholderSet::kNone) return false;
  if (placeholder == "{entry}" || placeholder == "{sources}") return true;
  return placeholder == "{args}" && allowed == PlaceholderSet::kRun;
}

}  // namespace

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameLength && is_lower(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || contains("_-", c); });
}

bool is_alias(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameLength &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || contains("+#._-", c); });
}

bool is_extension(std::string_view text) {
  return text.size() >= 2 && text[0] == '.' &&
         std::all_of(text.begin() + 1, text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || contains("+_", c); });
}

bool is_file_name(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && text.find('/') == std::string_view::npos &&
         text.find('\0') == std::string_view::npos;
}

bool is_absolute_path(std::string_view text) {
  return text.size() >= 2 && text[0] == '/' && text.find('\0') == std::string_view::npos &&
         !has_dot_dot(text);
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && !is_digit(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_';
  });
}

std::optional<std::string> command_problem(const std::vector<std::string>& command,
                                           PlaceholderSet allowed) {
  if (command.empty()) return "missing or empty";
  const std::string& program = command[0];
  const bool is_local = program.size() > 2 && program.starts_with("./") && !has_dot_dot(program);
  if (!is_absolute_path(program) && !is_local) {
    return "'" + program + "' must be an absolute path or start with './'";
  }
  for (const std::string& element : command) {
    if (element.find('\0') != std::string::npos) return "holds a NUL";
    const std::string_view placeholder = find_placeholder(element);
    if (placeholder.empty()) continue;
    if (!is_allowed(placeholder, allowed)) {
      return "unknown placeholder " + std::string(placeholder);
    }
    if (element.size() != placeholder.size()) {
      return std::string(placeholder) + " must be an element of its own";
    }
  }
  return std::nullopt;
}

}  // namespace leash::runtimes
