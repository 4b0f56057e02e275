#pragma once

#include <string_view>

#include "cli/config/settings.h"

namespace leash::cli {

/// The setting whose key somebody who wrote `key` is likely to have meant; null if none is near.
[[nodiscard]] const Setting* nearest_setting(std::string_view key);

}  // namespace leash::cli
