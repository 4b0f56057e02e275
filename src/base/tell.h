#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace leash::base {

/// Writes a message to stderr, where the operator finds it, in one call if the system takes it so.
/// Whether anybody reads it is nobody's concern here: a full disk, or a pipe whose reader has gone,
/// is not to end a server. Any thread.
void tell_text(std::string_view text);

/// The same, formatted.
template <typename... Args>
void tell(fmt::format_string<Args...> format, Args&&... args) {
  tell_text(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace leash::base
