#pragma once

#include "protocol/messages.h"
#include "sandbox/cgroup/hierarchies.h"

namespace leash::spawner {

/// The mode as the protocol writes it.
[[nodiscard]] inline protocol::CgroupMode wire_mode(sandbox::CgroupMode mode) {
  switch (mode) {
    case sandbox::CgroupMode::kV1:
      return protocol::CgroupMode::kV1;
    case sandbox::CgroupMode::kV2:
      return protocol::CgroupMode::kV2;
    case sandbox::CgroupMode::kHybrid:
      return protocol::CgroupMode::kHybrid;
    case sandbox::CgroupMode::kNone:
      break;
  }
  return protocol::CgroupMode::kNone;
}

}  // namespace leash::spawner
