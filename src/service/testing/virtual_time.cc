#include "service/testing/virtual_time.h"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

namespace {
// Not zero: libraries take the epoch for "never".
constexpr std::chrono::hours kStart{1000};
std::chrono::steady_clock::time_point current{kStart};
}  // namespace

std::chrono::steady_clock::time_point std::chrono::steady_clock::now() noexcept {
  return current;
}

namespace leash::service {

void VirtualTime::reset() {
  current = base::TimePoint(kStart);
}

void VirtualTime::advance(base::Duration by, boost::asio::io_context& loop) {
  current += by;
  // Asio looks at its timers when the kernel's timer says so, and that one knows the real time
  // only. A timer that is overdue in any case makes it look now.
  auto overdue = std::make_shared<boost::asio::steady_timer>(loop, base::TimePoint::min());
  overdue->async_wait([overdue](const boost::system::error_code&) {});
}

}  // namespace leash::service
