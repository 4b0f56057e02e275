#include "http/router.h"

#include <array>

#include "base/ascii.h"
#include "http/routes.h"

namespace leash::http {
namespace {

constexpr std::array kRoutes = {
    Route{"POST", "/v1/runs", Access::kToken, BodyKind::kJson, &routes::start_run},
    Route{"GET", "/v1/runs", Access::kToken, BodyKind::kNone, &routes::list_runs},
    Route{"GET", "/v1/runs/{id}", Access::kToken, BodyKind::kNone, &routes::show_run},
    Route{"DELETE", "/v1/runs/{id}", Access::kToken, BodyKind::kNone, &routes::delete_run},
    Route{"GET", "/v1/runs/{id}/events", Access::kTokenOrTicket, BodyKind::kNone,
          &routes::follow_run},
    Route{"GET", "/v1/runs/{id}/ws", Access::kTokenOrTicket, BodyKind::kNone,
          &routes::open_websocket},
    Route{"POST", "/v1/runs/{id}/stop", Access::kToken, BodyKind::kJson, &routes::stop_run},
    Route{"POST", "/v1/runs/{id}/stdin", Access::kToken, BodyKind::kBytes, &routes::feed_run},
    Route{"POST", "/v1/keys/{key}/stop", Access::kToken, BodyKind::kJson, &routes::stop_key},
    Route{"POST", "/v1/tickets", Access::kToken, BodyKind::kJson, &routes::make_ticket},
    Route{"GET", "/v1/languages", Access::kToken, BodyKind::kNone, &routes::languages},
    Route{"GET", "/v1/capabilities", Access::kToken, BodyKind::kNone, &routes::capabilities},
    Route{"GET", "/metrics", Access::kFigures, BodyKind::kNone, &routes::metrics},
    Route{"GET", "/healthz", Access::kProbe, BodyKind::kNone, &routes::healthz},
    Route{"GET", "/readyz", Access::kProbe, BodyKind::kNone, &routes::readyz},
    Route{"GET", "/", Access::kOpen, BodyKind::kNone, &routes::page},
    Route{"GET", "/openapi.json", Access::kOpen, BodyKind::kNone, &routes::openapi},
    Route{"POST", "/flow/codeblock", Access::kToken, BodyKind::kJson, &routes::flow_codeblock,
          Dialect::kFlow},
    Route{"GET", "/flow/health", Access::kToken, BodyKind::kNone, &routes::flow_health,
          Dialect::kFlow},
    Route{"GET", "/flow/status", Access::kToken, BodyKind::kNone, &routes::flow_status,
          Dialect::kFlow},
    Route{"GET", "/flow/limits", Access::kToken, BodyKind::kNone, &routes::flow_limits,
          Dialect::kFlow},
    Route{"POST", "/api/coderun/run", Access::kToken, BodyKind::kJson, &routes::sharppad_run,
          Dialect::kSharpPad},
    Route{"POST", "/api/coderun/stop", Access::kToken, BodyKind::kJson, &routes::sharppad_stop,
          Dialect::kSharpPad},
    Route{"POST", "/api/coderun/input", Access::kToken, BodyKind::kJson, &routes::sharppad_input,
          Dialect::kSharpPad},
};

/// True if the decoded segments fit the pattern; `parameter` is what stood for its braces.
bool fits(const Route& route, const Target& target, std::string_view& parameter) {
  const bool any_case = route.dialect == Dialect::kSharpPad;
  std::string_view pattern = route.pattern.substr(1);
  for (std::size_t i = 0; i < target.segments.size(); ++i) {
    const auto slash = pattern.find('/');
    const auto expected = pattern.substr(0, slash);
    const std::string& segment = target.segments[i];
    if (!expected.empty() && expected.front() == '{') {
      if (segment.empty()) return false;
      parameter = segment;
    } else if (any_case ? !base::iequals(expected, segment) : expected != segment) {
      return false;
    }
    const bool last = i + 1 == target.segments.size();
    if (slash == std::string_view::npos) return last;
    if (last) return false;
    pattern.remove_prefix(slash + 1);
  }
  return false;
}

bool answers(const Route& route, std::string_view method) {
  if (route.method == method) return true;
  const bool is_stream =
      route.handler == &routes::follow_run || route.handler == &routes::open_websocket;
  return method == "HEAD" && route.method == "GET" && !is_stream;
}

}  // namespace

std::span<const Route> route_table() {
  return kRoutes;
}

RouteMatch find_route(std::string_view method, const Target& target) {
  RouteMatch match;
  for (const Route& route : kRoutes) {
    std::string_view parameter;
    if (!fits(route, target, parameter)) continue;
    match.anything = &route;
    match.parameter = parameter;
    if (answers(route, method)) {
      match.route = &route;
      return match;
    }
  }
  return match;
}

std::string allowed_methods(const Target& target) {
  std::string methods;
  for (const std::string_view method : {"GET", "HEAD", "POST", "DELETE"}) {
    if (find_route(method, target).route == nullptr) continue;
    if (!methods.empty()) methods += ", ";
    methods += method;
  }
  return methods;
}

}  // namespace leash::http
