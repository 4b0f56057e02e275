#include "protocol/setup_step.h"

#include <array>
#include <system_error>

namespace leash::protocol {

const char* describe(SetupStep step) {
  static constexpr std::array<const char*, static_cast<std::size_t>(SetupStep::kCount)> kNames = {
      "nothing",
      "attach to the cgroup",
      "make the cgroup namespace",
      "set the host name",
      "set the network up",
      "mount the work files",
      "mount /proc",
      "change the root",
      "arrange the descriptors",
      "set resource limits",
      "drop capabilities",
      "change the user",
      "enter the work directory",
      "set no_new_privs",
      "install the system call filter",
      "receive the job",
      "unpack the files",
      "prepare the command",
      "fork",
      "execute the program",
      "collect the artifacts",
  };
  const auto index = static_cast<std::size_t>(step);
  return index < kNames.size() ? kNames[index] : "an unknown step";
}

std::string failure_text(const InitReport& report) {
  std::string text = describe(static_cast<SetupStep>(report.step));
  if (report.error != 0) text += ": " + std::generic_category().message(report.error);
  return text;
}

}  // namespace leash::protocol
