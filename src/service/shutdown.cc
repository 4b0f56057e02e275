#include "service/shutdown.h"

#include <utility>

namespace leash::service {

void Shutdown::begin(std::function<void()> done) {
  if (done) done_.push_back(std::move(done));
  if (draining_) {
    timer_.cancel();
    hooks_.end_all();
  } else {
    draining_ = true;
    timer_.expires_after(drain_);
    calls_.when_due(timer_, [this] {
      hooks_.end_all();
      check();
    });
  }
  check();
}

void Shutdown::check() {
  if (!draining_ || hooks_.live() > 0) return;
  timer_.cancel();
  for (auto& done : std::exchange(done_, {})) calls_.post(std::move(done));
}

}  // namespace leash::service
