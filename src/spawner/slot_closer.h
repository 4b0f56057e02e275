#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "sandbox/launch.h"

namespace leash::spawner {

/// Closes the descriptors of slots that are gone, on a thread of its own: with the last one of a
/// namespace the kernel takes its mounts or its network apart, which can take milliseconds, and the
/// loop has claims to answer. Networks that are as new go back to the spare ones, if there are such
/// (may be null; outlives this). The destructor waits until all are closed.
class SlotCloser {
 public:
  explicit SlotCloser(sandbox::SpareNetworks* networks);
  ~SlotCloser();
  SlotCloser(const SlotCloser&) = delete;
  SlotCloser& operator=(const SlotCloser&) = delete;
  SlotCloser(SlotCloser&&) = delete;
  SlotCloser& operator=(SlotCloser&&) = delete;

  /// A slot that nobody watches any more. From any thread.
  void close(sandbox::Slot slot);

 private:
  void work();

  sandbox::SpareNetworks* const networks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<sandbox::Slot> slots_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace leash::spawner
