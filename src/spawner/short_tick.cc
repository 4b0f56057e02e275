#include "spawner/short_tick.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include "base/tell.h"
#include "sys/file.h"

namespace leash::spawner {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds kLook{100};
constexpr microseconds kTick{500};
/// A tick costs a hundredth of a processor, and the quota of this process may be a few of very
/// many.
constexpr std::size_t kMostProcessors = 16;
/// The shortest slice that the kernel knows: with it a thread does not wait for another's to end.
constexpr std::uint64_t kSliceNs = 100'000;

/// struct sched_attr of the kernel, whose header cannot be had together with the C library's.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = kSliceNs;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

/// Where this process may be.
std::vector<int> processors() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return {};
  std::vector<int> found;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &set)) found.push_back(i);
  }
  return found;
}

}  // namespace

bool processors_are_scarce() {
  // "0.20 0.18 0.12 1/80 11206": the fourth is how many can run, this thread among them.
  const auto text = sys::read_file("/proc/loadavg");
  if (!text) return false;
  const std::size_t slash = text->find('/');
  const std::size_t space = text->rfind(' ', slash);
  if (slash == std::string::npos || space == std::string::npos) return false;
  std::size_t runnable = 0;
  std::from_chars(text->data() + space + 1, text->data() + slash, runnable);
  return runnable > processors().size();
}

/// A thread that stays on one processor.
class ShortTick::Ticker {
 public:
  explicit Ticker(int processor) : thread_([this, processor] { work(processor); }) {}
  ~Ticker() {
    set(State::kEnding);
    thread_.join();
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  Ticker(Ticker&&) = delete;
  Ticker& operator=(Ticker&&) = delete;

  void tick(bool on) { set(on ? State::kOn : State::kOff); }

 private:
  enum class State : std::uint8_t { kOff, kOn, kEnding };

  void set(State state) {
    {
      const std::scoped_lock lock(mutex_);
      if (state_ == state) return;
      state_ = state;
    }
    changed_.notify_one();
  }

  void work(int processor) {
    ::prctl(PR_SET_NAME, "leash-tick");
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    // Without the one or the other it is of less use, and does no harm.
    static_cast<void>(::sched_setaffinity(0, sizeof set, &set));
    const SchedulingAttributes attributes;
    static_cast<void>(::syscall(SYS_sched_setattr, 0, &attributes, 0));
    std::unique_lock lock(mutex_);
    while (state_ != State::kEnding) {
      if (state_ == State::kOff) {
        changed_.wait(lock, [this] { return state_ != State::kOff; });
      } else {
        changed_.wait_for(lock, kTick, [this] { return state_ != State::kOn; });
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kOff;
  std::thread thread_;
};

ShortTick::ShortTick(boost::asio::io_context& loop, std::function<bool()> are_scarce)
    : are_scarce_(std::move(are_scarce)), next_look_(loop) {
  try {
    for (const int processor : processors()) {
      if (tickers_.size() == kMostProcessors) break;
      tickers_.push_back(std::make_unique<Ticker>(processor));
    }
  } catch (const std::system_error& error) {
    base::tell("leash: no short tick: start a thread: {}\n", error.code().message());
  }
}

ShortTick::~ShortTick() = default;

ShortTick::LongRun ShortTick::long_run() {
  LongRun all = long_runs_.lock();
  if (!all) {
    all = std::make_shared<char>();
    long_runs_ = all;
    look();
  }
  return all;
}

void ShortTick::look() {
  if (long_runs_.expired()) return tick(false);
  tick(are_scarce_());
  next_look_.after(kLook, [this] { look(); });
}

void ShortTick::tick(bool on) {
  for (const auto& ticker : tickers_) ticker->tick(on);
}

}  // namespace leash::spawner
