#pragma once

#include <optional>

#include "http/exchange.h"

namespace leash::http {

/// True if this tenant may miss one more stop now. Stops that miss are rate-limited, since whoever
/// guesses ids misses; a stop of a live run never is.
[[nodiscard]] bool may_miss_a_stop(App& app, const service::Tenant& tenant);

/// Stops `record` and waits until the set of its processes is empty, or stop_confirm has passed.
/// None if the client has left meanwhile, which does not undo its stop.
[[nodiscard]] Task<std::optional<service::StopAnswer>> await_stop(App& app, Exchange& exchange,
                                                                  service::RecordPtr record,
                                                                  base::Millis grace);

}  // namespace leash::http
