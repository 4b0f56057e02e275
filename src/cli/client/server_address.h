#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/config/address.h"
#include "cli/config/load.h"

namespace leash::cli {

/// A server as a client names it, and the token that goes with it.
struct ServerAddress {
  Address address;
  std::string token;  ///< May be empty: then none is sent.
};

/// Reads "http://HOST:PORT", "HOST:PORT" or "unix:PATH"; a ready link with "#token=…" gives the
/// token too.
[[nodiscard]] base::Result<ServerAddress> parse_server(std::string_view text);

/// The server a client means: `option` (--server), else LEASH_URL, else the default address. The
/// token: of the link, else LEASH_TOKEN, else the token file of `state_dir`; the file only for a
/// server on this machine, so that the local secret is sent nowhere else.
[[nodiscard]] base::Result<ServerAddress> find_server(const std::string& option,
                                                      const std::string& state_dir,
                                                      const Environment& environment);

/// `text` as it may stand in a path segment or a fragment of a URL (RFC 3986, unreserved only).
[[nodiscard]] std::string percent_encode(std::string_view text);
/// None if an escape is broken.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace leash::cli
