#pragma once

namespace leash::sandbox {

/// Packs the named files of the current directory into a memfd in the form of a job (job.h),
/// sealed. Only regular files with one link are taken, opened without following links or blocking
/// on a FIFO; one that is missing or something else is -ENOENT. It runs inside the sandbox with the
/// run's rights, after everything else in the slot is dead. Returns the memfd or a negative errno.
[[nodiscard]] long pack_artifacts(const char* const* names);

}  // namespace leash::sandbox
