#pragma once

#include <string>
#include <string_view>

namespace leash::zygote {

/// A script of a rehearsal, in memory until this process ends, and the root as the working
/// directory. Returns its path relative to that; ends the process if there is none.
[[nodiscard]] std::string make_script(std::string_view source);

}  // namespace leash::zygote
