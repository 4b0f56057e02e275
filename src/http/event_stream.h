#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "http/event_format.h"
#include "http/exchange.h"

namespace leash::http {

enum class StreamRole : std::uint8_t {
  /// The call that started the run: it paces the program, and if it takes nothing for slow_client,
  /// the run ends with that cause.
  kStarter,
  kFollower,  ///< Any other reader; it never paces.
};

/// How a stream of events looks.
struct StreamFormat {
  std::string_view content_type;                ///< Of static storage.
  std::string_view cache_control = "no-store";  ///< Likewise.
  std::string_view quiet_line;                  ///< Empty: nothing is sent to a quiet stream.
  std::function<void(std::string&, const service::Record&, const run::Event&)> append;
};
[[nodiscard]] StreamFormat stream_format(EventFormat format);

/// Answers with a run's events after `after_seq`, to the run's end. While it lasts it is a reader
/// that keeps the run wanted. What is there goes out at once, in one write of about 64 KiB at most.
[[nodiscard]] Task<void> stream_events(App& app, Exchange& exchange, service::RecordPtr record,
                                       StreamFormat format, StreamRole role,
                                       std::uint64_t after_seq);

}  // namespace leash::http
