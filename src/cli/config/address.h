#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace leash::cli {

/// Where a server listens or is found: host and port, or the path of a unix socket.
struct Address {
  std::string host;  ///< A name or an IP address, without brackets.
  std::uint16_t port = 0;
  std::string path;  ///< Not empty: a unix socket.

  [[nodiscard]] bool is_unix() const { return !path.empty(); }
  /// Only programs on this machine can reach it: a unix socket, 127.0.0.0/8, ::1 or "localhost".
  [[nodiscard]] bool is_local() const;
  /// "127.0.0.1:3002", "[::1]:3002", "unix:/run/leash.sock".
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Address&, const Address&) = default;
};

/// A name, or an IP address: IPv6 in brackets. "300.1.1.1" and "*" are neither.
[[nodiscard]] bool is_host(std::string_view text);

/// Reads what text() writes; also "localhost:3002". Port 0 is taken: the system chooses one.
[[nodiscard]] base::Result<Address> parse_address(std::string_view text);

}  // namespace leash::cli
