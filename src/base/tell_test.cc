#include "base/tell.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>

namespace leash::base {
namespace {

/// With this as stderr; -1 closes it.
void with_stderr(int fd, const std::function<void()>& act) {
  const int own = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  ASSERT_GE(own, 0);
  if (fd >= 0) {
    ASSERT_EQ(::dup3(fd, STDERR_FILENO, 0), STDERR_FILENO);
  } else {
    ::close(STDERR_FILENO);
  }
  act();
  ::dup3(own, STDERR_FILENO, 0);
  ::close(own);
}

TEST(TellTest, WritesWhatItIsGiven) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  with_stderr(ends[1], [] { tell("leash: {} of {}\n", 1, "two"); });
  ::close(ends[1]);
  std::array<char, 64> text{};
  const ssize_t size = ::read(ends[0], text.data(), text.size());
  ASSERT_GT(size, 0);
  EXPECT_EQ(std::string_view(text.data(), static_cast<std::size_t>(size)), "leash: 1 of two\n");
  ::close(ends[0]);
}

TEST(TellTest, NobodyHasToHearIt) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ::close(ends[0]);
  with_stderr(ends[1], [] { EXPECT_NO_THROW(tell("to nobody\n")); });
  ::close(ends[1]);
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  with_stderr(full, [] { EXPECT_NO_THROW(tell("to a full disk\n")); });
  ::close(full);
  with_stderr(-1, [] { EXPECT_NO_THROW(tell("to a closed descriptor\n")); });
}

}  // namespace
}  // namespace leash::base
