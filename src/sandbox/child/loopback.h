#pragma once

namespace leash::sandbox {

/// Makes 127.0.0.1 and ::1 of the network namespace of the caller work, who may administer it. 0 or
/// a negative errno. Raw system calls only.
[[nodiscard]] long bring_loopback_up();

}  // namespace leash::sandbox
