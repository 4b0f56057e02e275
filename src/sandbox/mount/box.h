#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/result.h"
#include "base/units.h"
#include "sys/fd.h"

namespace leash::sandbox {

/// A slot's own files: one tmpfs whose folders work, tmp and shm become /work, /tmp and /dev/shm of
/// the slot, so that its caps hold for all three together.
///
/// It is a detached mount, owned by this object; the slot attaches it in its own namespace. When
/// both are gone the kernel frees it. One thread.
class Box {
 public:
  [[nodiscard]] static base::Result<Box> create(uid_t owner);

  /// The mount, to be attached with move_mount.
  [[nodiscard]] int mount_fd() const { return mount_.get(); }

  /// Sets what a run may store: bytes and number of files. Before the run begins.
  [[nodiscard]] base::Result<void> set_caps(base::Bytes size, std::uint64_t inodes) const;
  /// A nameless file in it, by which fstatfs tells how full it is to one who has no other access.
  [[nodiscard]] int meter_fd() const { return meter_.get(); }

 private:
  Box(sys::UniqueFd context, sys::UniqueFd mount, sys::UniqueFd meter)
      : context_(std::move(context)), mount_(std::move(mount)), meter_(std::move(meter)) {}

  sys::UniqueFd context_;  ///< Of fsopen; kept to reconfigure.
  sys::UniqueFd mount_;
  sys::UniqueFd meter_;
};

}  // namespace leash::sandbox
