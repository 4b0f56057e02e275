#include "spawner/slot_closer.h"

#include <utility>

namespace leash::spawner {

SlotCloser::SlotCloser(sandbox::SpareNetworks* networks)
    : networks_(networks), thread_([this] { work(); }) {}

SlotCloser::~SlotCloser() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void SlotCloser::close(sandbox::Slot slot) {
  {
    const std::scoped_lock lock(mutex_);
    slots_.push_back(std::move(slot));
  }
  changed_.notify_one();
}

void SlotCloser::work() {
  std::unique_lock lock(mutex_);
  while (!ending_ || !slots_.empty()) {
    changed_.wait(lock, [this] { return ending_ || !slots_.empty(); });
    std::vector<sandbox::Slot> slots = std::exchange(slots_, {});
    lock.unlock();
    for (sandbox::Slot& slot : slots) {
      if (networks_ != nullptr) networks_->keep(std::move(slot.network));
    }
    slots.clear();
    lock.lock();
  }
}

}  // namespace leash::spawner
