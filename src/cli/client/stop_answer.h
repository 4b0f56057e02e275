#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace leash::cli {

/// The answer to a stop, for people.
struct StopText {
  std::string
      line;  ///< "r_…: stopped: 3 processes killed, signal after 0.1 ms, empty after 0.8 ms"
  bool ended = false;  ///< Nothing of the run is left: now, or before.
};

[[nodiscard]] StopText describe_stop(const boost::json::object& answer);

}  // namespace leash::cli
