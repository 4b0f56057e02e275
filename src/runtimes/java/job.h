#pragma once

#include <string>
#include <vector>

namespace leash::java {

/// For a process that was started ahead of its job. See src/sandbox/child/prestart.h for what is
/// said: waits for the job, makes its environment this process's, and returns its words. Empty if
/// there will be none. Before Java looks at the environment.
[[nodiscard]] std::vector<std::string> wait_for_job();

}  // namespace leash::java
