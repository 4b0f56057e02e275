#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "async/timer.h"

namespace leash::spawner {

/// Each processor that this process may use has something to do, as far as /proc tells, besides the
/// thread that asks. Any thread.
[[nodiscard]] bool processors_are_scarce();

/// Makes the kernel choose more often which process is next, while processors are scarce.
///
/// Whom the kernel owes time it gives it up to its next tick, which is 4 ms on many machines, and
/// of a run that takes 3 ms several processes wait for that in turn. It chooses anew whenever a
/// process goes to sleep; so a thread on each processor wakes up and goes to sleep again each half
/// millisecond. See docs/decisions/0024.
///
/// It does so while there is a long run and `are_scarce` says that processors are, which is asked
/// on the loop each 100 ms of a long run; otherwise the threads sleep. Confined to the loop's
/// thread. The destructor ends the threads. Of more than 16 processors it takes
/// the first 16.
class ShortTick {
 public:
  ShortTick(boost::asio::io_context& loop, std::function<bool()> are_scarce);
  ~ShortTick();
  ShortTick(const ShortTick&) = delete;
  ShortTick& operator=(const ShortTick&) = delete;
  ShortTick(ShortTick&&) = delete;
  ShortTick& operator=(ShortTick&&) = delete;

  /// For a run that goes on: it is one as long as this is held.
  using LongRun = std::shared_ptr<const void>;
  [[nodiscard]] LongRun long_run();

 private:
  class Ticker;

  void look();
  void tick(bool on);

  const std::function<bool()> are_scarce_;
  async::Timer next_look_;
  std::weak_ptr<const void> long_runs_;
  std::vector<std::unique_ptr<Ticker>> tickers_;  ///< Fewer if threads could not be started.
};

}  // namespace leash::spawner
