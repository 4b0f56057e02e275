#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "sys/fd.h"

namespace leash::sandbox {

/// Network namespaces that are used for one run after another, since the kernel takes longer to
/// make one and to take it apart than for all the rest of a slot.
///
/// Theory of operation. A run has no rights over its namespace: it can change nothing but what its
/// own sockets do. So what it may leave behind is a socket that outlives it (a connection in
/// TIME_WAIT, a flow label) and the kernel's counters, and all of that shows in the files of
/// /proc/net. Only a namespace of which they say, byte for byte, what they say of one that nobody
/// was ever in is kept; any other is closed, and the kernel takes it apart. Most programs have no
/// sockets. `keep` is for one whose run is over, proven by its empty leaf: it is never of two runs
/// at a time.
///
/// Thread safe.
class SpareNetworks {
 public:
  /// Looks at a new namespace, in a thread of its own; blocks for milliseconds. Where that fails,
  /// nothing is ever kept.
  explicit SpareNetworks(std::size_t most = 16);

  /// One that is as new, its loopback up; closed if there is none.
  [[nodiscard]] sys::UniqueFd take();

  /// Keeps it, or closes it. The calling thread enters it and comes back.
  void keep(sys::UniqueFd network);

 private:
  [[nodiscard]] bool is_as_new(int network);

  const std::size_t most_;
  const sys::UniqueFd home_;
  std::mutex mutex_;
  std::string new_state_;  ///< What is seen of a new one; empty: unknown, none is kept.
  std::vector<sys::UniqueFd> spare_;
};

/// All that can be seen of the calling thread's network namespace, but for figures of the whole
/// machine. Empty if a part of it cannot be read.
[[nodiscard]] std::string read_network_state();

}  // namespace leash::sandbox
