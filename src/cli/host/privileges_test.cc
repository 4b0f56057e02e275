#include "cli/host/privileges.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

namespace leash::cli {
namespace {

/// The exit code of a child that does this; a child, since what it gives up never comes back.
int in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(DropPrivileges, RootBecomesNobodyAndCannotComeBack) {
  if (::geteuid() != 0) {
    EXPECT_EQ(in_child([] { return drop_privileges(::geteuid() + 1).has_value() ? 1 : 0; }), 0)
        << "without root the ids cannot be changed, and that must be an error";
    return;
  }
  EXPECT_EQ(in_child([] {
              if (!drop_privileges(64123)) return 1;
              if (::geteuid() != 64123 || ::getegid() != 64123) return 2;
              if (::setuid(0) == 0) return 3;
              if (::open("/etc/shadow", O_RDONLY | O_CLOEXEC) >= 0) return 4;
              return 0;
            }),
            0);
}

TEST(DropPrivileges, ToRootIsRefused) {
  EXPECT_EQ(in_child([] { return drop_privileges(0).has_value() ? 1 : 0; }), 0);
}

TEST(DropPrivileges, WithoutANewUidTheCapabilitiesGoAllTheSame) {
  EXPECT_EQ(in_child([] {
              if (!drop_privileges(std::nullopt)) return 1;
              return ::chroot("/") == 0 || errno != EPERM ? 2 : 0;
            }),
            0);
}

}  // namespace
}  // namespace leash::cli
