#include "base/utf8.h"

#include <algorithm>
#include <cstdint>

namespace leash::base {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

/// What stands at the beginning of a piece of text.
struct Sequence {
  std::size_t length = 0;  ///< Bytes of the longest correct beginning, at least 1.
  bool complete = false;   ///< It is a whole character.
  bool cut = false;        ///< It is correct so far, and the text ended inside it.
};

/// Table 3-7 of the Unicode standard: the range allowed for the second byte depends on the first.
Sequence scan(std::string_view text) {
  const std::uint8_t lead = byte_at(text, 0);
  if (lead < 0x80) return {.length = 1, .complete = true};
  std::size_t need = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    need = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    need = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    need = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {.length = 1};
  }
  std::size_t length = 1;
  while (length < need) {
    if (length == text.size()) return {.length = length, .cut = true};
    const std::uint8_t next = byte_at(text, length);
    if (next < low || next > high) return {.length = length};
    low = 0x80;
    high = 0xBF;
    ++length;
  }
  return {.length = length, .complete = true};
}

/// The number of bytes of `text` that are ASCII from its start.
std::size_t ascii_prefix(std::string_view text) {
  const auto* end = std::find_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
  return static_cast<std::size_t>(end - text.begin());
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (true) {
    bytes.remove_prefix(ascii_prefix(bytes));
    if (bytes.empty()) return true;
    const Sequence sequence = scan(bytes);
    if (!sequence.complete) return false;
    bytes.remove_prefix(sequence.length);
  }
}

std::size_t incomplete_utf8_tail(std::string_view bytes) {
  const std::size_t reach = std::min<std::size_t>(3, bytes.size());
  for (std::size_t tail = 1; tail <= reach; ++tail) {
    const std::uint8_t lead = byte_at(bytes, bytes.size() - tail);
    if ((lead & 0xC0) == 0x80) continue;  // a continuation byte: its lead stands further left
    return scan(bytes.substr(bytes.size() - tail)).cut ? tail : 0;
  }
  return 0;
}

std::string to_lossy_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const Sequence sequence = scan(bytes);
    if (sequence.complete) {
      text.append(bytes.substr(0, sequence.length));
    } else {
      text.append("\xEF\xBF\xBD");
    }
    bytes.remove_prefix(sequence.length);
  }
  return text;
}

}  // namespace leash::base
