#include "spawner/short_tick.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <string>
#include <thread>

namespace leash::spawner {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How often each of the threads that tick went to sleep so far.
std::map<std::string, long> sleeps() {
  std::map<std::string, long> found;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream comm(thread.path() / "comm");
    if (std::string name; !std::getline(comm, name) || name != "leash-tick") continue;
    std::ifstream status(thread.path() / "status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("voluntary_ctxt_switches:")) {
        found[thread.path().filename()] = std::stol(line.substr(line.find(':') + 1));
      }
    }
  }
  return found;
}

class ShortTickTest : public testing::Test {
 protected:
  /// Turns the loop until each thread that is not of `before` has slept some times more.
  void wait_for_ticks(const std::map<std::string, long>& before) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(20);
    for (bool ticking = false; !ticking;) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "no ticks";
      loop_.run_for(milliseconds(20));
      std::size_t many = 0;
      const auto now = sleeps();
      for (const auto& [thread, count] : now) {
        const auto old = before.find(thread);
        if (count > (old == before.end() ? 0 : old->second) + 10) ++many;
      }
      ticking = many >= std::min(2U, std::thread::hardware_concurrency());
    }
  }

  boost::asio::io_context loop_;
  std::atomic<bool> scarce_ = true;
  ShortTick tick_{loop_, [this] { return scarce_.load(); }};
};

TEST_F(ShortTickTest, ItTicksOnEachProcessorWhileThereIsALongRun) {
  const auto before = sleeps();
  auto first = tick_.long_run();
  const auto second = tick_.long_run();
  wait_for_ticks(before);
  first.reset();
  wait_for_ticks(sleeps());
}

TEST_F(ShortTickTest, WithoutALongRunItIsQuiet) {
  const auto before = sleeps();
  auto run = tick_.long_run();
  wait_for_ticks(before);
  run.reset();
  loop_.restart();
  loop_.run();  // nothing is looked at any more
  std::promise<void> never;
  const auto future = never.get_future();
  ASSERT_EQ(future.wait_for(milliseconds(50)), std::future_status::timeout);
  const auto last = sleeps();
  ASSERT_EQ(future.wait_for(milliseconds(100)), std::future_status::timeout);
  EXPECT_EQ(sleeps(), last) << "a tick after the last one";
}

TEST_F(ShortTickTest, WhereProcessorsAreNotScarceItIsQuiet) {
  scarce_ = false;
  const auto run = tick_.long_run();
  loop_.run_for(milliseconds(250));
  for (const auto& [thread, count] : sleeps()) EXPECT_LT(count, 10) << "it only began to wait";
}

TEST(ProcessorsTest, AreScarceIfThereIsMoreToDoThanThereAreOfThem) {
  std::atomic<bool> ended = false;
  std::vector<std::jthread> busy;
  for (unsigned i = 0; i <= 2 * std::thread::hardware_concurrency(); ++i) {
    busy.emplace_back([&ended] {
      while (!ended) {
      }
    });
  }
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (!processors_are_scarce()) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  ended = true;
}

}  // namespace
}  // namespace leash::spawner
