#pragma once

#include <boost/beast/http/fields.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/problem.h"
#include "service/service.h"

namespace leash::http {

using Fields = boost::beast::http::fields;

/// Where a connection arrived: what a Host header may name.
struct LocalAddress {
  bool is_unix = false;
  std::string ip;  ///< "127.0.0.1", "::1"; empty for a unix socket.
  std::uint16_t port = 0;
};

/// What the guard asks of a route.
enum class Access : std::uint8_t {
  kToken,          ///< A token is needed, of scope run or admin.
  kTokenOrTicket,  ///< A ticket of this run will do (tickets.h), for what cannot send headers.
  kFigures,        ///< A token is needed, of scope metrics or admin.
  kOpen,           ///< The page and the contract: no token.
  kProbe,          ///< Health: no token, and any Host, since probes send addresses.
};

/// True where a token is asked for.
[[nodiscard]] constexpr bool needs_token(Access access) {
  return access != Access::kOpen && access != Access::kProbe;
}

/// The web rules (security-notes.md, section 8), all decided by the head alone, before any body is
/// read: who may talk to this server from where, and with which token.
///
/// Host must be on the list: that stops DNS rebinding. On the list are localhost, 127.0.0.1, [::1]
/// and the address the connection came to (a literal address cannot be rebound), each with the port
/// of the listener, and the operator's names, with the port given there or else the listener's or
/// none. Origin, if sent, must be this very host or on the operator's list. Immutable; any thread.
class Guard {
 public:
  /// The tenant of a token; none if there is no such token.
  using Authenticator = std::function<std::optional<service::Tenant>(std::string_view token)>;
  struct Options {
    std::vector<std::string> allowed_hosts;    ///< "name" or "name:port".
    std::vector<std::string> allowed_origins;  ///< "https://name" or "https://name:port".
    bool no_auth = false;
    Authenticator authenticate;
  };
  explicit Guard(Options options);

  /// Host, Origin and Sec-Fetch-Site. None if the request may go on to its route.
  [[nodiscard]] std::optional<service::Problem> check_source(const Fields& fields, Access access,
                                                             const LocalAddress& local) const;
  /// The tenant; or a 401, or a 403 if its scope is not for such routes.
  [[nodiscard]] service::Checked<service::Tenant> check_token(const Fields& fields,
                                                              Access access) const;
  /// The Origin to be named in the answer; empty unless the operator's list has it.
  [[nodiscard]] std::string_view cors_origin(const Fields& fields) const;

  [[nodiscard]] bool allows_host(std::string_view host, const LocalAddress& local) const;

 private:
  [[nodiscard]] bool is_listed_origin(std::string_view origin) const;

  Options options_;
};

/// An authenticator for the one token of LEASH_TOKEN.
[[nodiscard]] Guard::Authenticator single_token(std::string token);

/// Compares the hashes of both, all of them always: the time tells neither how much of `given` is
/// right nor how long `expected` is.
[[nodiscard]] bool equal_secrets(std::string_view expected, std::string_view given);

/// True for application/json, with or without parameters.
[[nodiscard]] bool is_json_type(std::string_view content_type);

}  // namespace leash::http
