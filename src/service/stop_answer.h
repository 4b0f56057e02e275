#pragma once

#include "service/service.h"

namespace leash::service {

/// The answer to a stop that was received at `received`, when the run was unfinished or not, made
/// from what is known of the run now: after its end, or when the time to wait for it is over. Times
/// count from the receipt, so what another had done before is at 0. Pure.
[[nodiscard]] StopAnswer make_stop_answer(run::RunSnapshot snapshot, bool was_unfinished,
                                          base::TimePoint received);

/// How much of the grace that a run was given when it was cancelled is left.
[[nodiscard]] base::Millis grace_left(const run::RunSnapshot& snapshot, base::Millis grace,
                                      base::TimePoint now);

}  // namespace leash::service
