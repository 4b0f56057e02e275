#pragma once

#include <boost/asio/io_context.hpp>

#include "base/clock.h"

namespace leash::service {

/// For tests: the monotonic clock of the whole program, which stands still until it is told to go
/// on. A program that links this has no other: virtual_time.cc puts its own definition of
/// std::chrono::steady_clock::now() in front of the C++ library's, so that Asio's timers and
/// base::SystemClock obey it as well, and no class needs a seam for it. One thread.
class VirtualTime {
 public:
  /// What now() starts from in each history.
  static void reset();
  /// Goes on by so much. Timers that are due then come with the loop's next handlers.
  static void advance(base::Duration by, boost::asio::io_context& loop);
};

}  // namespace leash::service
