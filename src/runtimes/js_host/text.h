#pragma once

#include <JavaScriptCore/JavaScript.h>

#include <string>
#include <string_view>

namespace leash::js_host {

/// UTF-8 to UTF-16. Every ill-formed sequence becomes U+FFFD, one for each maximal subpart, as the
/// Encoding standard wants it. If `all_good` is given, it tells whether there was none.
[[nodiscard]] std::u16string to_utf16(std::string_view utf8, bool* all_good = nullptr);

/// UTF-16 to UTF-8. A lone surrogate becomes U+FFFD.
[[nodiscard]] std::string to_utf8(std::u16string_view utf16);

/// Owns one reference to a string of the engine. Its thread is the engine's.
class JsString {
 public:
  /// Copies the text; takes any bytes, also NUL and bytes that are not UTF-8.
  explicit JsString(std::string_view utf8);
  /// Takes over the reference; nullptr counts as the empty string.
  explicit JsString(JSStringRef adopted) : ref_(adopted) {}
  ~JsString();
  JsString(const JsString&) = delete;
  JsString& operator=(const JsString&) = delete;

  [[nodiscard]] JSStringRef ref() const { return ref_; }
  [[nodiscard]] std::string utf8() const;

 private:
  JSStringRef ref_;
};

}  // namespace leash::js_host
