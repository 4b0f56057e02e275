#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/config/settings.h"

namespace leash::cli {

/// What `leash serve` hands to the server process: the effective settings and the secret. It
/// travels in a sealed memfd, never in an argument or an environment.
struct ServerConfig {
  Settings settings;
  std::string token;      ///< The admin token; empty with no_auth.
  std::string resources;  ///< The resource folder.
  bool colours = false;   ///< Whether whoever started us wants colours on the terminal.

  friend bool operator==(const ServerConfig&, const ServerConfig&) = default;
};

/// As JSON, together with this program's version.
[[nodiscard]] std::string serialize(const ServerConfig& config);
/// Reads what serialize() wrote. Of another version, or anything else, is an error: it shows that
/// the programs of two builds were mixed.
[[nodiscard]] base::Result<ServerConfig> deserialize(std::string_view text);

}  // namespace leash::cli
