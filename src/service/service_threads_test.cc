#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "service/service_test.h"

namespace leash::service {
namespace {

using base::Millis;
using run::Cause;
using run::RunPtr;

/// Drives runs on a thread of its own, as an executor with its own loop does: every second one ends
/// by itself, and the others when they are cancelled.
class Driver {
 public:
  Driver() : thread_([this] { work(); }) {}
  ~Driver() {
    push(nullptr);
    thread_.join();
  }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  Driver(Driver&&) = delete;
  Driver& operator=(Driver&&) = delete;

  void push(RunPtr run) {
    {
      const std::scoped_lock lock(mutex_);
      runs_.push_back(std::move(run));
    }
    changed_.notify_one();
  }

 private:
  void work() {
    for (int count = 0;; ++count) {
      RunPtr run;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !runs_.empty(); });
        run = std::move(runs_.front());
        runs_.pop_front();
      }
      if (run == nullptr) return;
      if (run->starting()) run->running("1.0");
      if (count % 2 == 0) run->cancel(Cause::kExit);
      wait_for_cancel(run);
      run->finish({.exit = run::ProgramExit{.code = 0}});
    }
  }
  static void wait_for_cancel(const RunPtr& run) {
    std::atomic<bool> cancelled{false};
    const async::CancelCallback callback(run->token(), [&](Cause) {
      cancelled = true;
      cancelled.notify_one();
    });
    cancelled.wait(false);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<RunPtr> runs_;
  std::thread thread_;
};

class ServiceThreadsTest : public ServiceTest {};

TEST_F(ServiceThreadsTest, EveryRunEndsOnceAndEveryStopIsAnswered) {
  static constexpr int kRuns = 200;
  make({.max_running = 1, .max_queued = kRuns});
  Driver driver;
  executor_.on_launch_ = [&](const RunPtr& run) { driver.push(run); };
  int ended = 0;
  int answered = 0;
  service_->on_run_finished([&](const Record&) { ++ended; });
  std::vector<RecordPtr> records;
  for (int i = 0; i < kRuns; ++i) records.push_back(start());
  std::thread elsewhere([&] {
    for (int i = 0; i < kRuns; i += 3)
      records[static_cast<std::size_t>(i)]->run->cancel(Cause::kStop);
  });
  for (const RecordPtr& record : records) {
    service_->stop(record, Millis(0), [&](const StopAnswer& answer) {
      EXPECT_TRUE(answer.is_empty);
      ++answered;
    });
    loop_.restart();
    loop_.poll_one();
  }
  run_until([&] { return ended == kRuns && answered == kRuns; });
  elsewhere.join();
  EXPECT_EQ(service_->figures().running, 0U);
  EXPECT_EQ(service_->figures().queued, 0U);
}

}  // namespace
}  // namespace leash::service
