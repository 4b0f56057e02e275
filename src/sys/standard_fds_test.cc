#include "sys/standard_fds.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leash::sys {
namespace {

bool is_dev_null(int fd) {
  struct stat info {};
  struct stat null {};
  return ::fstat(fd, &info) == 0 && ::stat("/dev/null", &null) == 0 && info.st_rdev == null.st_rdev;
}

/// The exit code tells, since the test's own stderr is gone by then.
[[noreturn]] void open_missing_and_look() {
  ::close(STDIN_FILENO);
  ::close(STDOUT_FILENO);
  ::close(STDERR_FILENO);
  open_missing_standard_fds();
  char byte = 0;
  if (!is_dev_null(0) || !is_dev_null(1) || !is_dev_null(2)) ::_exit(1);
  if (::read(STDIN_FILENO, &byte, 1) != 0) ::_exit(2);
  if (::write(STDOUT_FILENO, "x", 1) != -1) ::_exit(3);
  if (::write(STDERR_FILENO, "x", 1) != 1) ::_exit(4);
  ::_exit(0);
}

TEST(OpenMissingStandardFds, ThreeThatWereClosedAreDevNull) {
  EXPECT_EXIT(open_missing_and_look(), testing::ExitedWithCode(0), "");
}

TEST(OpenMissingStandardFds, OpenOnesStayWhatTheyAre) {
  struct stat before {};
  struct stat after {};
  ASSERT_EQ(::fstat(STDERR_FILENO, &before), 0);
  open_missing_standard_fds();
  ASSERT_EQ(::fstat(STDERR_FILENO, &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

}  // namespace
}  // namespace leash::sys
