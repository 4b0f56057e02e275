#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "run/outcome.h"

namespace leash::run {

enum class Stream : std::uint8_t { kStdout, kStderr };

[[nodiscard]] constexpr std::string_view to_string(Stream stream) {
  return stream == Stream::kStdout ? "stdout" : "stderr";
}

struct QueuedEvent {
  std::uint64_t position = 0;  ///< How many wait before this run; 0 = it starts now.
};
struct StartedEvent {
  std::string version;
};
struct CompileEvent {
  CompileReport report;
};
/// A piece of output, cut at a UTF-8 boundary where it is text at all.
struct OutputEvent {
  Stream stream = Stream::kStdout;
  std::string data;
  bool utf8 = true;  ///< `data` is well-formed UTF-8.
};
/// Output that a reader will not get: over the output limit, or no longer kept.
struct TruncatedEvent {
  std::optional<Stream> stream;  ///< None if both are concerned.
  std::uint64_t missing_bytes = 0;
  std::uint64_t last_seq = 0;
};
struct StoppingEvent {
  Cause cause = Cause::kNone;
};
struct FinishedEvent {
  std::shared_ptr<const RunSnapshot> snapshot;
};

using EventBody = std::variant<QueuedEvent, StartedEvent, CompileEvent, OutputEvent, TruncatedEvent,
                               StoppingEvent, FinishedEvent>;

/// Something that happened to a run. `seq` counts from 1 without gaps in a run's log.
struct Event {
  std::uint64_t seq = 0;
  EventBody body;
};

/// Events are shared between readers and never change.
using EventPtr = std::shared_ptr<const Event>;

/// The name on the wire: "queued", "started", "compile", "stdout", "stderr", "truncated",
/// "stopping", "finished".
[[nodiscard]] std::string_view type_name(const EventBody& body);

}  // namespace leash::run
