#include "http/json_text.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <iterator>

#include "base/utf8.h"

namespace leash::http {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto kBase64Values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kBase64.size(); ++i) {
    values[static_cast<unsigned char>(kBase64[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

bool needs_escape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

/// True if one of the eight bytes needs an escape ("Bit Twiddling Hacks", haszero and hasless).
bool any_needs_escape(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t found = ((word - kOnes * 0x20) & ~word) | ((quote - kOnes) & ~quote) |
                              ((backslash - kOnes) & ~backslash);
  return (found & kHighs) != 0;
}

/// How many bytes from the start can be copied as they are.
std::size_t plain_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if (any_needs_escape(word)) break;
    i += 8;
  }
  while (i < text.size() && !needs_escape(static_cast<unsigned char>(text[i]))) ++i;
  return i;
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default: {
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      const std::array<char, 6> escape{'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
      out.append(escape.data(), escape.size());
    }
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.data(), plain);
    text.remove_prefix(plain);
    while (!text.empty() && needs_escape(static_cast<unsigned char>(text.front()))) {
      append_escape(out, text.front());
      text.remove_prefix(1);
    }
  }
  out += '"';
}

void append_json_string_lossy(std::string& out, std::string_view text) {
  if (base::is_utf8(text)) {
    append_json_string(out, text);
  } else {
    append_json_string(out, base::to_lossy_utf8(text));
  }
}

void append_json_bool(std::string& out, bool value) {
  out += value ? "true" : "false";
}

void append_json_uint(std::string& out, std::uint64_t value) {
  const fmt::format_int text(value);
  out.append(text.data(), text.size());
}

void append_json_ms(std::string& out, base::Micros value) {
  const std::int64_t micros = value.count() < 0 ? 0 : value.count();
  auto thousandths = micros % 1000;
  append_json_uint(out, static_cast<std::uint64_t>(micros / 1000));
  out += '.';
  out += static_cast<char>('0' + thousandths / 100);
  thousandths %= 100;
  if (thousandths == 0) return;
  out += static_cast<char>('0' + thousandths / 10);
  if (thousandths % 10 != 0) out += static_cast<char>('0' + thousandths % 10);
}

void append_json_time(std::string& out, base::WallTime time) {
  out += '"';
  out += base::format_wall_time(time);
  out += '"';
}

void append_base64(std::string& out, std::string_view bytes) {
  const auto at = [&](std::size_t i) -> std::uint32_t {
    return static_cast<unsigned char>(bytes[i]);
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    const std::array<char, 4> text{kBase64[group >> 18], kBase64[group >> 12 & 63],
                                   kBase64[group >> 6 & 63], kBase64[group & 63]};
    out.append(text.data(), text.size());
  }
  if (i == bytes.size()) return;
  const bool two = bytes.size() - i == 2;
  const std::uint32_t group = at(i) << 16 | (two ? at(i + 1) << 8 : 0);
  out += kBase64[group >> 18];
  out += kBase64[group >> 12 & 63];
  out += two ? kBase64[group >> 6 & 63] : '=';
  out += '=';
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  const std::size_t digits = text.size() - padding;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int value = i < digits ? kBase64Values[static_cast<unsigned char>(text[i])] : 0;
    if (value < 0) return std::nullopt;
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (i % 4 != 3) continue;
    const std::array<char, 3> out{static_cast<char>(group >> 16 & 255),
                                  static_cast<char>(group >> 8 & 255),
                                  static_cast<char>(group & 255)};
    const std::size_t count = i + 1 == text.size() ? 3 - padding : 3;
    for (std::size_t k = count; k < 3; ++k) {
      if (out[k] != 0) return std::nullopt;
    }
    bytes.append(out.data(), count);
    group = 0;
  }
  return bytes;
}

}  // namespace leash::http
