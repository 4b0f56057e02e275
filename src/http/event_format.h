#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "run/event.h"
#include "service/service.h"

namespace leash::http {

enum class EventFormat : std::uint8_t { kSse, kNdjson };

/// Appends one event in its wire form (api.md, "Events"): for SSE the lines id, event and data, for
/// NDJSON one line. `record` is the run it belongs to.
void append_event(std::string& out, EventFormat format, const service::Record& record,
                  const run::Event& event);

/// A line that says nothing, to keep a quiet stream alive: an SSE comment, an empty NDJSON line.
[[nodiscard]] std::string_view quiet_line(EventFormat format);

[[nodiscard]] std::string_view content_type(EventFormat format);

}  // namespace leash::http
