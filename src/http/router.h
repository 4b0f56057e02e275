#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "http/guard.h"
#include "http/target.h"
#include "http/task.h"

namespace leash::http {

struct App;
class Exchange;

/// What body a route takes.
enum class BodyKind : std::uint8_t {
  kNone,   ///< None; one that is sent is read and ignored.
  kJson,   ///< application/json, or nothing at all.
  kBytes,  ///< Anything but a form: it is handed on as it is.
};

/// Whose words a route speaks: how its errors look, how its path and its token may be written.
enum class Dialect : std::uint8_t {
  kLeash,
  kSharpPad,  ///< Paths in upper or lower case.
  kFlow,      ///< The token also as `accessToken`; errors in the vendor's shape.
};

/// One line of the route table. A handler is a function or a coroutine; it answers through the
/// Exchange, exactly once.
struct Route {
  std::string_view method;
  std::string_view pattern;  ///< "/v1/runs/{id}/stop". Also the name in the log and the metrics.
  Access access = Access::kToken;
  BodyKind body = BodyKind::kNone;
  Task<void> (*handler)(App&, Exchange&) = nullptr;
  Dialect dialect = Dialect::kLeash;
};

/// What a target stands for.
struct RouteMatch {
  const Route* route = nullptr;     ///< Null: no such path, or no such method there.
  const Route* anything = nullptr;  ///< Some route with this path, whatever its method.
  std::string_view parameter;       ///< What stood for {id} or {key}; a view into the target.
};

/// The exact table: a path is here or it is 404. GET routes answer HEAD as well, but for streams.
[[nodiscard]] std::span<const Route> route_table();

[[nodiscard]] RouteMatch find_route(std::string_view method, const Target& target);

/// "GET, HEAD, POST": the methods of the path that `target` names.
[[nodiscard]] std::string allowed_methods(const Target& target);

}  // namespace leash::http
