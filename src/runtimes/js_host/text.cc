#include "runtimes/js_host/text.h"

#include <algorithm>

namespace leash::js_host {
namespace {

constexpr char16_t kReplacement = 0xFFFD;

/// What the first byte of a sequence promises: its length and the range of its second byte, which
/// is where overlong forms, surrogates and values past U+10FFFF show.
struct Lead {
  int length;
  unsigned char second_min;
  unsigned char second_max;
};

Lead classify(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void append_code_point(std::u16string& out, char32_t code) {
  if (code < 0x10000) {
    out.push_back(static_cast<char16_t>(code));
    return;
  }
  code -= 0x10000;
  out.push_back(static_cast<char16_t>(0xD800 + (code >> 10)));
  out.push_back(static_cast<char16_t>(0xDC00 + (code & 0x3FF)));
}

void append_utf8(std::string& out, char32_t code) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

bool is_high_surrogate(char16_t unit) {
  return (unit & 0xFC00) == 0xD800;
}
bool is_low_surrogate(char16_t unit) {
  return (unit & 0xFC00) == 0xDC00;
}

JSStringRef make_string(std::string_view utf8) {
  if (is_ascii(utf8) && utf8.find('\0') == std::string_view::npos) {
    return JSStringCreateWithUTF8CString(std::string(utf8).c_str());  // Kept as 8-bit inside.
  }
  const std::u16string wide = to_utf16(utf8);
  static_assert(sizeof(JSChar) == sizeof(char16_t));
  return JSStringCreateWithCharacters(reinterpret_cast<const JSChar*>(wide.data()), wide.size());
}

}  // namespace

std::u16string to_utf16(std::string_view utf8, bool* all_good) {
  std::u16string out;
  out.reserve(utf8.size());
  bool good = true;
  std::size_t i = 0;
  while (i < utf8.size()) {
    const auto first = static_cast<unsigned char>(utf8[i++]);
    if (first < 0x80) {
      out.push_back(first);
      continue;
    }
    const Lead lead = classify(first);
    char32_t code = lead.length == 0 ? 0 : first & (0x7F >> lead.length);
    int missing = lead.length - 1;
    unsigned char low = lead.second_min;
    unsigned char high = lead.second_max;
    while (missing > 0 && i < utf8.size()) {
      const auto next = static_cast<unsigned char>(utf8[i]);
      if (next < low || next > high) break;
      code = (code << 6) | (next & 0x3F);
      low = 0x80;
      high = 0xBF;
      --missing;
      ++i;
    }
    if (missing == 0) {
      append_code_point(out, code);
    } else {
      out.push_back(kReplacement);
      good = false;
    }
  }
  if (all_good != nullptr) *all_good = good;
  return out;
}

std::string to_utf8(std::u16string_view utf16) {
  std::string out;
  out.reserve(utf16.size() + utf16.size() / 8);
  for (std::size_t i = 0; i < utf16.size(); ++i) {
    char32_t code = utf16[i];
    if (is_high_surrogate(utf16[i]) && i + 1 < utf16.size() && is_low_surrogate(utf16[i + 1])) {
      code = 0x10000 + ((code - 0xD800) << 10) + (utf16[i + 1] - 0xDC00U);
      ++i;
    } else if (is_high_surrogate(utf16[i]) || is_low_surrogate(utf16[i])) {
      code = kReplacement;
    }
    append_utf8(out, code);
  }
  return out;
}

JsString::JsString(std::string_view utf8) : ref_(make_string(utf8)) {}

JsString::~JsString() {
  if (ref_ != nullptr) JSStringRelease(ref_);
}

std::string JsString::utf8() const {
  if (ref_ == nullptr) return {};
  return to_utf8(
      {reinterpret_cast<const char16_t*>(JSStringGetCharactersPtr(ref_)), JSStringGetLength(ref_)});
}

}  // namespace leash::js_host
