#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <utility>

#include "run/executor.h"

namespace leash::run {

/// Executor::execute() for those who may not block: thin adapters, all legal from any thread and
/// any loop. The work stays on the executor's owner loop; only the result is handed over.

/// As a future. Like every std::future it does not stop what it stands for: cancel the token.
[[nodiscard]] inline std::future<base::Result<ExecuteResult>> execute_later(
    Executor& executor, RunSpec spec, const async::CancelToken& token = {}) {
  auto result = std::make_shared<std::promise<base::Result<ExecuteResult>>>();
  auto future = result->get_future();
  executor.execute(std::move(spec), token, [result](base::Result<ExecuteResult> what) {
    result->set_value(std::move(what));
  });
  return future;
}

/// As an Asio operation with signature void(base::Result<ExecuteResult>): for coroutines
/// (`co_await async_execute(executor, spec, token, use_awaitable)`) and every other completion
/// token. It completes on the caller's own loop. Asio's cancellation of the operation, such as that
/// of `operation || timer.async_wait(...)`, stops the run, and the operation completes with its
/// outcome when it is stopped: when the kernel says that nothing of it is left.
template <typename CompletionToken>
auto async_execute(Executor& executor, RunSpec spec, const async::CancelToken& token,
                   CompletionToken&& completion) {
  namespace asio = boost::asio;
  const auto initiate = [](auto handler, Executor& runs, RunSpec what, async::CancelToken outer) {
    using Handler = decltype(handler);
    const auto loop = asio::get_associated_executor(handler);
    const auto slot = asio::get_associated_cancellation_slot(handler);
    // The run obeys one token; the operation's own slot and the caller's token both end it.
    const auto source = std::make_shared<async::CancelSource>();
    const auto link = std::make_shared<async::CancelCallback>(
        outer, [source](Cause cause) { source->cancel(cause); });
    if (slot.is_connected()) {
      auto own = slot;
      own.assign([source](asio::cancellation_type) { source->cancel(Cause::kStop); });
    }
    auto held = std::make_shared<Handler>(std::move(handler));
    auto done = [held, link, slot,
                 work = asio::make_work_guard(loop)](base::Result<ExecuteResult> result) mutable {
      asio::post(work.get_executor(), [held, slot, result = std::move(result)]() mutable {
        if (auto own = slot; own.is_connected()) own.clear();
        std::move (*held)(std::move(result));
      });
      work.reset();
    };
    runs.execute(std::move(what), source->token(), std::move(done));
  };
  return asio::async_initiate<CompletionToken, void(base::Result<ExecuteResult>)>(
      initiate, completion, std::ref(executor), std::move(spec), token);
}

}  // namespace leash::run
