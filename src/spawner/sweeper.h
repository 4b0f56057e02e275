#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "async/timer.h"
#include "base/clock.h"
#include "sandbox/cgroup/instance.h"

namespace leash::spawner {

/// Every so often lists the leaves that exist, subtracts those that belong to a slot, and kills and
/// removes the rest: what a set-up that failed half-way, or a bug, has left. At start the same is
/// done once and for all (reclaim.h); nothing is found by remembering it.
///
/// A leaf that is not empty yet is removed the next time. Confined to the loop's thread.
class Sweeper {
 public:
  /// `is_known` tells whether a leaf belongs to a slot.
  Sweeper(boost::asio::io_context& loop, const sandbox::CgroupInstance& cgroups,
          base::Duration interval, std::function<bool(const std::string& leaf)> is_known);

 private:
  void wait();
  void sweep();

  const sandbox::CgroupInstance& cgroups_;
  const base::Duration interval_;
  const std::function<bool(const std::string& leaf)> is_known_;
  async::Timer timer_;
};

}  // namespace leash::spawner
