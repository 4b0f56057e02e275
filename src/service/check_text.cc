#include "service/check_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leash::service {
namespace {

constexpr std::size_t kMaxKeyLength = 128;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= kMaxKeyLength &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
         });
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && !is_digit(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_';
  });
}

bool is_loader_variable(std::string_view name) {
  // The loader's own, and glibc's that name files to load (gconv modules).
  static constexpr std::array<std::string_view, 2> kOthers = {"GLIBC_TUNABLES", "GCONV_PATH"};
  return name.starts_with("LD_") ||
         std::find(kOthers.begin(), kOthers.end(), name) != kOthers.end();
}

std::string quote(std::string_view text, std::size_t max_length) {
  std::string result = "'";
  for (const char c : text.substr(0, max_length)) {
    if (c == '\n') {
      result += "\\n";
    } else if (c < ' ' || c > '~' || c == '\'' || c == '\\') {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  result += text.size() > max_length ? "…'" : "'";
  return result;
}

}  // namespace leash::service
