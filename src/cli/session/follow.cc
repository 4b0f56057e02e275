#include "cli/session/follow.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <variant>

#include "async/end_signals.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kInputPiece = 64 * 1024;
constexpr auto kFirstPause = std::chrono::milliseconds(5);
constexpr auto kLongestPause = std::chrono::milliseconds(200);
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

/// Waits until the coroutine is cancelled.
asio::awaitable<void> forever() {
  asio::steady_timer never(co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max());
  co_await never.async_wait(kTuple);
}

asio::awaitable<void> signalled(asio::signal_set& signals) {
  static_cast<void>(co_await signals.async_wait(kTuple));
}

class Follower {
 public:
  Follower(RunSource& source, TerminalOutput& output, FollowOptions options)
      : source_(source), output_(output), options_(options) {}

  asio::awaitable<base::Result<Followed>> follow();

 private:
  asio::awaitable<base::Result<void>> show_events();
  asio::awaitable<void> show(const run::EventBody& body);
  asio::awaitable<void> show_output(const run::OutputEvent& event);
  asio::awaitable<void> show_compile(const run::CompileReport& report);
  asio::awaitable<void> show_missing(const run::TruncatedEvent& event);
  asio::awaitable<void> obey_signals();
  asio::awaitable<void> feed_input();
  asio::awaitable<void> pump();
  asio::awaitable<bool> feed(const std::string& piece);
  asio::awaitable<void> stop();
  asio::awaitable<void> stop_and_wait();

  RunSource& source_;
  TerminalOutput& output_;
  const FollowOptions options_;
  Followed followed_;
};

asio::awaitable<void> Follower::stop() {
  const auto stopped = co_await source_.stop();
  if (!stopped) co_await output_.say(stopped.error().message());
}

asio::awaitable<void> Follower::show_output(const run::OutputEvent& event) {
  const bool shown = co_await output_.write(event.stream, event.data);
  if (shown || followed_.output_went_away) co_return;
  followed_.output_went_away = true;
  co_await stop();
}

asio::awaitable<void> Follower::show_compile(const run::CompileReport& report) {
  // Whatever a compiler says is about the program, not of it: stdout stays the program's.
  static_cast<void>(co_await output_.write(run::Stream::kStderr, report.stdout_data));
  static_cast<void>(co_await output_.write(run::Stream::kStderr, report.stderr_data));
}

asio::awaitable<void> Follower::show_missing(const run::TruncatedEvent& event) {
  const std::string_view what = event.stream ? to_string(*event.stream) : "output";
  if (event.missing_bytes == 0) {
    co_await output_.say(
        fmt::format("the output limit was reached: the rest of {} is dropped", what));
  } else {
    co_await output_.say(fmt::format("{} bytes of {} were dropped", event.missing_bytes, what));
  }
}

asio::awaitable<void> Follower::show(const run::EventBody& body) {
  const auto* queued = std::get_if<run::QueuedEvent>(&body);
  if (queued != nullptr && queued->position > 0 && ::isatty(STDERR_FILENO) == 1) {
    co_await output_.say(fmt::format("waiting; {} before this run", queued->position));
  }
  if (!options_.show_output) co_return;
  if (const auto* event = std::get_if<run::OutputEvent>(&body)) co_await show_output(*event);
  if (const auto* event = std::get_if<run::CompileEvent>(&body)) {
    co_await show_compile(event->report);
  }
  if (const auto* event = std::get_if<run::TruncatedEvent>(&body)) co_await show_missing(*event);
}

asio::awaitable<base::Result<void>> Follower::show_events() {
  while (true) {
    const auto event = co_await source_.next();
    if (!event) co_return event.error();
    const run::EventBody& body = (*event)->body;
    if (const auto* finished = std::get_if<run::FinishedEvent>(&body)) {
      followed_.end = *finished->snapshot;
      co_return base::Result<void>();
    }
    co_await show(body);
  }
}

asio::awaitable<void> Follower::obey_signals() {
  using asio::experimental::awaitable_operators::operator||;
  asio::signal_set signals(co_await asio::this_coro::executor);
  async::add_end_signals(signals);
  auto [failed, number] = co_await signals.async_wait(kTuple);
  if (failed) co_return;
  followed_.interrupted_by = number;
  if (number == SIGINT) output_.interrupted();
  // The second one ends it even if the server never answers the stop.
  co_await (stop_and_wait() || signalled(signals));
}

asio::awaitable<void> Follower::stop_and_wait() {
  co_await stop();
  co_await forever();
}

/// Hands on one piece; false if the program takes no more. No event tells when there is room again,
/// so a full buffer is tried again after a time that grows.
asio::awaitable<bool> Follower::feed(const std::string& piece) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    const auto fed = co_await source_.feed(piece);
    if (!fed) co_return false;  // the events tell why
    if (*fed != RunSource::Fed::kFull) co_return *fed == RunSource::Fed::kTaken;
    timer.expires_after(pause);
    co_await timer.async_wait(kTuple);
  }
}

asio::awaitable<void> Follower::pump() {
  FdGate gate(co_await asio::this_coro::executor, options_.stdin_fd, FdGate::Direction::kRead);
  while (options_.stdin_fd >= 0) {
    co_await gate.ready();
    std::string piece(kInputPiece, '\0');
    const ssize_t got = ::read(gate.fd(), piece.data(), piece.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) break;
    piece.resize(static_cast<std::size_t>(got));
    if (!co_await feed(piece)) co_return;
  }
  static_cast<void>(co_await source_.end_input());
}

asio::awaitable<void> Follower::feed_input() {
  co_await pump();
  co_await forever();
}

asio::awaitable<base::Result<Followed>> Follower::follow() {
  using asio::experimental::awaitable_operators::operator||;
  const auto first = co_await (show_events() || obey_signals() || feed_input());
  const auto* shown = std::get_if<0>(&first);
  if (shown == nullptr) {
    co_return base::plain_error("follow the run", "", "interrupted twice: its end was not awaited");
  }
  if (!*shown) co_return shown->error();
  co_return std::move(followed_);
}

}  // namespace

asio::awaitable<base::Result<Followed>> follow(RunSource& source, TerminalOutput& output,
                                               FollowOptions options) {
  Follower follower(source, output, options);
  co_return co_await follower.follow();
}

}  // namespace leash::cli
