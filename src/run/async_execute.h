#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <semaphore>
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
    if (slot.is_connected()) {
      auto own = slot;
      own.assign([source](asio::cancellation_type) { source->cancel(Cause::kStop); });
    }
    // Handed to the caller's loop as a whole: once the result is there, the loop may end and be
    // destroyed, and nothing of it may be touched from here any more.
    struct Operation {
      Handler handler;
      async::CancelCallback link;
      decltype(asio::make_work_guard(loop)) work;
    };
    auto operation = std::make_shared<std::unique_ptr<Operation>>(
        new Operation{std::move(handler),
                      {outer, [source](Cause cause) { source->cancel(cause); }},
                      asio::make_work_guard(loop)});
    auto done = [operation, loop, slot](base::Result<ExecuteResult> result) {
      // post() wakes the loop last of all: until it has returned, the completion waits.
      const auto posted = std::make_shared<std::binary_semaphore>(0);
      asio::post(
          loop, [mine = std::move(*operation), posted, slot, result = std::move(result)]() mutable {
            posted->acquire();
            if (auto own = slot; own.is_connected()) own.clear();
            std::move(mine->handler)(std::move(result));
          });
      posted->release();
    };
    runs.execute(std::move(what), source->token(), std::move(done));
  };
  return asio::async_initiate<CompletionToken, void(base::Result<ExecuteResult>)>(
      initiate, completion, std::ref(executor), std::move(spec), token);
}

}  // namespace leash::run
