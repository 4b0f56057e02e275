#include "http/signal.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <optional>
#include <thread>

namespace leash::http {
namespace {

namespace asio = boost::asio;

Task<void> wait_once(Signal& signal, base::TimePoint deadline, std::optional<bool>& result) {
  result = co_await signal.wait_until(deadline);
}

TEST(Signal, WakesItsWaiterFromAnyThreadAndLosesNoWake) {
  asio::io_context loop(1);
  Signal signal(loop);
  const auto wake = signal.waker();
  for (int i = 0; i < 200; ++i) {
    std::optional<bool> result;
    asio::co_spawn(loop.get_executor(), wait_once(signal, base::TimePoint::max(), result),
                   asio::detached);
    std::thread other([&] { wake(); });
    loop.restart();
    while (!result) loop.run_one();
    other.join();
    EXPECT_EQ(result, true);
  }
}

TEST(Signal, RemembersAWakeThatCameBeforeTheWait) {
  asio::io_context loop(1);
  Signal signal(loop);
  signal.set();
  std::optional<bool> result;
  asio::co_spawn(loop.get_executor(), wait_once(signal, base::TimePoint::max(), result),
                 asio::detached);
  loop.run();
  EXPECT_EQ(result, true);
}

TEST(Signal, TellsTheDeadlineApart) {
  asio::io_context loop(1);
  Signal signal(loop);
  std::optional<bool> result;
  asio::co_spawn(loop.get_executor(), wait_once(signal, base::TimePoint(), result), asio::detached);
  loop.run();
  EXPECT_EQ(result, false);
}

TEST(Signal, ItsWakersMayOutliveIt) {
  asio::io_context loop(1);
  std::function<void()> wake;
  {
    Signal signal(loop);
    wake = signal.waker();
  }
  wake();
  loop.run();
}

}  // namespace
}  // namespace leash::http
