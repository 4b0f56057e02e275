#pragma once

#include <string_view>

namespace leash::cli {

/// What a layer of the sandbox stops, in a few words for a person; empty for a name that is not
/// known.
[[nodiscard]] std::string_view purpose_of(std::string_view layer);

}  // namespace leash::cli
