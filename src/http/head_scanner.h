#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leash::http {

/// The bounds of a request's head (api.md, "Auth and tenants").
inline constexpr std::size_t kMaxRequestLine = 8 * 1024;
inline constexpr std::size_t kMaxHead = 16 * 1024;
inline constexpr std::size_t kMaxFields = 100;

/// Finds the end of a request's head and refuses what two parsers could read differently.
///
/// It stands before Beast's parser, which accepts line folding and repeated fields: a head that
/// passes here has exactly one reading. It works on bytes as they arrive, so that a head that can
/// never become right (a bare LF, a NUL, TLS) is answered at once instead of at the deadline.
/// Feeding the same bytes in any pieces gives the same answer. A plain value.
class HeadScanner {
 public:
  enum class Result : std::uint8_t {
    kMore,      ///< Not complete yet.
    kDone,      ///< head_size() bytes are a head that is well-formed and unambiguous.
    kBad,       ///< 400; reason() says why.
    kTooLarge,  ///< 431.
  };

  /// `bytes` is everything received so far of this request; what was scanned before is not again.
  [[nodiscard]] Result scan(std::string_view bytes);

  [[nodiscard]] std::size_t head_size() const { return position_; }
  [[nodiscard]] std::string_view reason() const { return reason_; }

 private:
  [[nodiscard]] Result end_of_line(std::string_view line);
  [[nodiscard]] Result request_line(std::string_view line);
  [[nodiscard]] Result field(std::string_view line);
  [[nodiscard]] Result end_of_head();
  Result bad(std::string_view reason);

  std::size_t position_ = 0;  ///< Bytes scanned.
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
  int hosts_ = 0;
  int lengths_ = 0;
  int codings_ = 0;
  bool version_1_0_ = false;
  Result result_ = Result::kMore;
  std::string_view reason_;
};

}  // namespace leash::http
