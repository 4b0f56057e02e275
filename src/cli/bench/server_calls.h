#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "cli/client/http_client.h"

namespace leash::cli {

template <typename T>
using Reply = boost::asio::awaitable<base::Result<T>>;

/// The body of POST /v1/runs for a program of one file. A run that is to be stopped has a long
/// wall clock.
[[nodiscard]] std::string run_body(std::string_view language, std::string_view code);

/// An exchange whose answer must be a success, as JSON.
[[nodiscard]] Reply<boost::json::value> call(Connection& connection, Request request);

/// Runs to the end; a run that did not succeed is an error. Milliseconds as the client sees them.
[[nodiscard]] Reply<double> timed_run(Connection& connection, std::string body);

/// Starts a run that nobody has to wait for, and waits until it has printed something: its id.
[[nodiscard]] Reply<std::string> start_and_read(Connection& connection, std::string body);

/// Milliseconds from the call until the answer. One that does not prove that nothing of the run is
/// left is an error.
[[nodiscard]] Reply<double> timed_stop(Connection& connection, std::string id);

/// Runs a second, `connections` at once, for about `time`.
[[nodiscard]] Reply<double> run_rate(ServerAddress server, std::string body, unsigned connections,
                                     base::Duration time);

}  // namespace leash::cli
