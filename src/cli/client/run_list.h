#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/array.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/client/server_address.h"

namespace leash::cli {

enum class Which : std::uint8_t { kUnfinished, kAll };

/// The Run objects (without output) a server has of this tenant, newest first.
[[nodiscard]] boost::asio::awaitable<base::Result<boost::json::array>> list_runs(
    ServerAddress server, Which which);

/// As a table for people. `now`: for the age of each.
[[nodiscard]] std::string show_runs(const boost::json::array& runs, base::WallTime now);

/// Reads a time as base::format_wall_time() writes it; none if it is anything else.
[[nodiscard]] std::optional<base::WallTime> parse_wall_time(std::string_view text);

}  // namespace leash::cli
