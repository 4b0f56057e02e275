#pragma once

// The conformance suite, third part: callbacks, futures and Asio coroutines.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "run/async_execute.h"
#include "run/testing/executor_conformance_threads.h"

namespace leash::run::testing {

template <typename Kit>
class ExecutorAsyncConformance : public ExecutorConformance<Kit> {};

TYPED_TEST_SUITE_P(ExecutorAsyncConformance);

TYPED_TEST_P(ExecutorAsyncConformance, ACallbackGetsTheResultOnce) {
  auto result = std::make_shared<std::promise<ExecuteResult>>();
  this->executor().execute(
      this->kit().script("echo called"), {},
      [result](base::Result<ExecuteResult> what) { result->set_value(std::move(what).value()); });
  EXPECT_EQ(result->get_future().get().stdout_data, "called\n");
}

TYPED_TEST_P(ExecutorAsyncConformance, AFutureGetsTheResultOrTheError) {
  auto future = execute_later(this->executor(), this->kit().script("echo later; exit 1"));
  const auto result = future.get();
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->stdout_data, "later\n");
  TypeParam idle;
  EXPECT_FALSE(execute_later(idle.executor(), this->kit().script("true")).get().has_value());
}

TYPED_TEST_P(ExecutorAsyncConformance, R36_AResultThatNobodyWaitsForIsNoTrouble) {
  async::CancelSource source;
  static_cast<void>(
      execute_later(this->executor(), this->kit().script("sleep 60"), source.token()));
  source.cancel(Cause::kStop);
  EXPECT_EQ(this->execute(this->kit().script("echo on")).stdout_data, "on\n");
}

TYPED_TEST_P(ExecutorAsyncConformance, R56_ACoroutineGoesOnItsOwnLoop) {
  LoopThread user;
  auto spec = this->kit().script("echo awaited");
  auto future = boost::asio::co_spawn(
      user.loop(),
      [&]() -> boost::asio::awaitable<std::pair<std::string, std::thread::id>> {
        const auto result =
            co_await async_execute(this->executor(), spec, {}, boost::asio::use_awaitable);
        co_return std::pair(result->stdout_data, std::this_thread::get_id());
      },
      boost::asio::use_future);
  const auto [output, where] = future.get();
  EXPECT_EQ(output, "awaited\n");
  EXPECT_EQ(where, user.id());
}

TYPED_TEST_P(ExecutorAsyncConformance, R59_AnAwaitWithATokenEndsWhenItIsCancelled) {
  LoopThread user;
  const std::string marker = new_marker();
  async::CancelSource source;
  auto spec = this->kit().script("sleep 60", marker);
  auto future = boost::asio::co_spawn(
      user.loop(),
      [&]() -> boost::asio::awaitable<Cause> {
        const auto result = co_await async_execute(this->executor(), spec, source.token(),
                                                   boost::asio::use_awaitable);
        co_return result->outcome.cause;
      },
      boost::asio::use_future);
  source.cancel(Cause::kClientDisconnected);
  EXPECT_EQ(future.get(), Cause::kClientDisconnected);
  EXPECT_FALSE(is_running(marker));
}

TYPED_TEST_P(ExecutorAsyncConformance, AsiosOwnCancellationStopsTheRun) {
  using namespace boost::asio::experimental::awaitable_operators;
  LoopThread user;
  const std::string marker = new_marker();
  auto spec = this->kit().script("sleep 60", marker);
  auto future = boost::asio::co_spawn(
      user.loop(),
      [&]() -> boost::asio::awaitable<std::size_t> {
        boost::asio::steady_timer timer(user.loop(), std::chrono::milliseconds(300));
        const auto first =
            co_await (async_execute(this->executor(), spec, {}, boost::asio::use_awaitable) ||
                      timer.async_wait(boost::asio::use_awaitable));
        co_return first.index();
      },
      boost::asio::use_future);
  EXPECT_EQ(future.get(), 1U);
  EXPECT_FALSE(is_running(marker)) << "it went on after its operation was cancelled";
}

REGISTER_TYPED_TEST_SUITE_P(ExecutorAsyncConformance, ACallbackGetsTheResultOnce,
                            AFutureGetsTheResultOrTheError,
                            R36_AResultThatNobodyWaitsForIsNoTrouble,
                            R56_ACoroutineGoesOnItsOwnLoop,
                            R59_AnAwaitWithATokenEndsWhenItIsCancelled,
                            AsiosOwnCancellationStopsTheRun);

}  // namespace leash::run::testing
