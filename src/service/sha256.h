#pragma once

#include <array>
#include <string_view>

namespace leash::service {

using Sha256 = std::array<unsigned char, 32>;

/// The hash of these bytes. Any thread. Ends the process if OpenSSL cannot make one.
[[nodiscard]] Sha256 sha256(std::string_view bytes);

}  // namespace leash::service
