#pragma once

#include <cstddef>
#include <cstdint>

#include "sandbox/layer.h"

/// What the spawner and a zygote say to each other over one SOCK_SEQPACKET pair, whose end is the
/// zygote's end. Plain values; both sides are one release of this program.
namespace leash::zygote {

/// spawner -> zygote: fork the first process of a slot. With kBirthFds descriptors in the order of
/// BirthFd, then one for the v2 leaf if `in_leaf`, one for its network if `in_network`, then
/// `attach` files for ChildPlan::attach.
struct Birth {
  std::uint32_t uid = 0;
  std::uint32_t in_leaf = 0;
  std::uint32_t in_network = 0;
  std::uint32_t attach = 0;
  sandbox::LayerSet layers;
};

enum class BirthFd : std::uint8_t { kControl, kStatus, kStdin, kStdout, kStderr, kBox, kCount };
inline constexpr std::size_t kBirthFds = static_cast<std::size_t>(BirthFd::kCount);
inline constexpr std::size_t kMaxAttach = 8;

/// zygote -> spawner, once when it is warm and then for each Birth, with the pidfd of the process,
/// which is a child of the spawner.
struct Born {
  std::int32_t error = 0;  ///< errno, or 0
};

}  // namespace leash::zygote
