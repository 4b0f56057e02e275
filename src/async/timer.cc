#include "async/timer.h"

#include <utility>

namespace leash::async {

void Timer::after(base::Duration delay, std::function<void()> call) {
  alive_ = std::make_shared<int>(0);
  timer_.expires_after(delay);
  timer_.async_wait([alive = std::weak_ptr<int>(alive_),
                     call = std::move(call)](boost::system::error_code error) {
    if (!error && !alive.expired()) call();
  });
}

void Timer::cancel() {
  alive_.reset();
  timer_.cancel();
}

}  // namespace leash::async
