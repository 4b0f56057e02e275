#pragma once

#include <optional>
#include <string_view>

#include "run/run.h"
#include "service/problem.h"

namespace leash::http {

enum class Feed : std::uint8_t {
  kMore,  ///< More may follow.
  kEof,   ///< The program's stdin ends after these bytes.
};

/// Hands bytes to a run's stdin, all or none. A refusal is conflict (finished, or closed before) or
/// too_large (the buffer has no room for them now).
[[nodiscard]] std::optional<service::Problem> feed_stdin(run::Run& run, std::string_view bytes,
                                                         Feed feed);

}  // namespace leash::http
