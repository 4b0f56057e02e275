#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "run/event_log.h"
#include "run/outcome.h"
#include "service/run_request.h"

namespace leash::service {

/// By what a request that is sent again is known: the Idempotency-Key, and SHA-256 of the body.
struct RequestMark {
  std::string key;
  std::array<unsigned char, 32> body{};

  friend bool operator==(const RequestMark&, const RequestMark&) = default;
};

namespace records {

/// A run's record as it is written down. A plain value; the events are shared with the run's log.
struct StoredRun {
  std::uint64_t number = 0;  ///< Of the Record: ascending in order of creation, its name in here.
  std::string tenant;
  RunPolicy policy;
  std::optional<RequestMark> mark;
  base::Bytes output_limit;
  /// For one that has not finished: as it was when it was written, or when it was launched.
  run::RunSnapshot snapshot;
  /// All but the FinishedEvent, which is made of the snapshot. Of a live one what there was when it
  /// was written: the `queued` event if it waits or has waited.
  run::EventLog::Content log;

  [[nodiscard]] bool finished() const { return snapshot.state == run::State::kFinished; }
};

}  // namespace records
}  // namespace leash::service
