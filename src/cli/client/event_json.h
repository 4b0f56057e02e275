#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "run/event.h"

namespace leash::cli {

/// Reads one NDJSON object of the events of a run back into the event it was made of. Output is
/// decoded. Fields that are not known are passed over, so that a newer server can be read; a broken
/// object is an error. In the snapshot of `finished` the time points of the stop proof count from
/// `requested`, which is zero.
[[nodiscard]] base::Result<run::EventPtr> read_event(std::string_view line);

/// The id in a `queued` event; empty in any other.
[[nodiscard]] std::string read_queued_id(std::string_view line);

/// Reads a Run object (see api.md), without its output.
[[nodiscard]] run::RunSnapshot read_run(const boost::json::object& object);

/// One of the streams of a Run object, decoded; empty if it is not there.
[[nodiscard]] std::string read_output(const boost::json::object& object, std::string_view stream);

}  // namespace leash::cli
