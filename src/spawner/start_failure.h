#pragma once

#include "base/result.h"
#include "protocol/messages.h"

namespace leash::spawner {

/// The greeting of a spawner that cannot start: no layer is proved, one says why, and how to mend
/// it. A program that started this spawner as its helper shows it instead of "it has ended". Pure.
[[nodiscard]] protocol::Hello make_failure_hello(const base::Error& error,
                                                 std::uint64_t catalog_fingerprint, bool rootless,
                                                 protocol::CgroupMode mode);

}  // namespace leash::spawner
