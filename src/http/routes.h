#pragma once

#include "http/task.h"

namespace leash::http {

struct App;
class Exchange;

/// The handlers of the route table, one for each of its lines (api.md says what each answers).
namespace routes {

// routes_runs.cc
Task<void> start_run(App& app, Exchange& exchange);

// routes_follow.cc
Task<void> list_runs(App& app, Exchange& exchange);
Task<void> show_run(App& app, Exchange& exchange);
Task<void> delete_run(App& app, Exchange& exchange);
Task<void> follow_run(App& app, Exchange& exchange);
Task<void> stop_run(App& app, Exchange& exchange);
Task<void> stop_key(App& app, Exchange& exchange);
Task<void> feed_run(App& app, Exchange& exchange);

// routes_websocket.cc
Task<void> open_websocket(App& app, Exchange& exchange);
Task<void> make_ticket(App& app, Exchange& exchange);

// routes_info.cc
Task<void> languages(App& app, Exchange& exchange);
Task<void> capabilities(App& app, Exchange& exchange);
Task<void> metrics(App& app, Exchange& exchange);
Task<void> healthz(App& app, Exchange& exchange);
Task<void> readyz(App& app, Exchange& exchange);
Task<void> openapi(App& app, Exchange& exchange);
/// "/" and the files that belong to it.
Task<void> page(App& app, Exchange& exchange);

// compat/flow
Task<void> flow_codeblock(App& app, Exchange& exchange);
Task<void> flow_health(App& app, Exchange& exchange);
Task<void> flow_status(App& app, Exchange& exchange);
Task<void> flow_limits(App& app, Exchange& exchange);

// compat/sharppad
Task<void> sharppad_run(App& app, Exchange& exchange);
Task<void> sharppad_stop(App& app, Exchange& exchange);
Task<void> sharppad_input(App& app, Exchange& exchange);

}  // namespace routes
}  // namespace leash::http
