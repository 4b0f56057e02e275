#pragma once

#include <string>
#include <string_view>

namespace leash::base {

/// True if `bytes` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). Any thread.
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// How many bytes at the end of `bytes` are the beginning of a character that is not complete yet
/// (0 to 3). Only a correct beginning counts: a tail that can never become UTF-8 gives 0.
[[nodiscard]] std::size_t incomplete_utf8_tail(std::string_view bytes);

/// `bytes` with every ill-formed sequence replaced by U+FFFD, one for each maximal subpart.
[[nodiscard]] std::string to_lossy_utf8(std::string_view bytes);

}  // namespace leash::base
