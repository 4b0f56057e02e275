#pragma once

#include <cstdint>
#include <string>

#include "protocol/messages.h"

namespace leash::protocol {

/// The calls by which a slot is set up and a job executed, in order. A failure names its step.
enum class SetupStep : std::uint32_t {
  kNone,
  kAttachCgroup,
  kCgroupNamespace,
  kHostname,
  kNetwork,
  kMountBox,
  kMountProc,
  kPivotRoot,
  kDescriptors,
  kLimits,
  kCapabilities,
  kIdentity,
  kWorkDirectory,
  kNoNewPrivileges,
  kSeccomp,
  kReceiveJob,
  kUnpackJob,
  kPrepareCommand,
  kFork,
  kExecute,
  kArtifacts,
  kCount,
};

/// "mount the work files", … for messages.
[[nodiscard]] const char* describe(SetupStep step);

/// What an init's kFailed report says: "execute the program: No such file or directory".
[[nodiscard]] std::string failure_text(const InitReport& report);

}  // namespace leash::protocol
