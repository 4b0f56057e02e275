#pragma once

#include <sys/types.h>

#include <deque>
#include <optional>

#include "base/result.h"
#include "spawner/privileges.h"
#include "sys/fd.h"

namespace leash::spawner {

/// The uids of one server: a range that no other server on this machine uses at the same time, of
/// which the first is the server process's own and each other one belongs to one slot at a time.
///
/// The range is held by a lock on a file in the runtime folder, which goes with this object. One
/// thread.
class UidRange {
 public:
  [[nodiscard]] static base::Result<UidRange> acquire(const Privileges& privileges);

  [[nodiscard]] uid_t server_uid() const { return base_; }
  /// A uid that no slot has; nothing if all are taken. Those given back come last again.
  [[nodiscard]] std::optional<uid_t> take();
  /// Only when nothing of the slot is left.
  void give_back(uid_t uid) { free_.push_back(uid); }

 private:
  UidRange(uid_t base, sys::UniqueFd lock);

  uid_t base_;
  std::deque<uid_t> free_;
  sys::UniqueFd lock_;
};

}  // namespace leash::spawner
