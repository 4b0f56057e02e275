#include "sys/fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

namespace leash::sys {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0 || errno != EBADF;
}

TEST(UniqueFdTest, ClosesAtTheEndOfItsScope) {
  int number = -1;
  {
    const Pipe pipe = std::move(make_pipe().value());
    number = pipe.read_end.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(UniqueFdTest, MovingLeavesNothingBehind) {
  Pipe pipe = std::move(make_pipe().value());
  const int number = pipe.read_end.get();
  const UniqueFd taken = std::move(pipe.read_end);
  EXPECT_FALSE(pipe.read_end.is_open());  // NOLINT(bugprone-use-after-move): the state promised
  EXPECT_EQ(taken.get(), number);
}

TEST(UniqueFdTest, EverythingIsCloseOnExec) {
  const Pipe pipe = std::move(make_pipe().value());
  const UniqueFd event = std::move(make_event_fd().value());
  const UniqueFd copy = std::move(duplicate(event.get()).value());
  for (const int fd : {pipe.read_end.get(), pipe.write_end.get(), event.get(), copy.get()}) {
    EXPECT_EQ(::fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  }
}

TEST(UniqueFdTest, ErrorsNameTheCall) {
  const auto copy = duplicate(-1);
  ASSERT_FALSE(copy.has_value());
  EXPECT_EQ(copy.error().operation, "dup");
  EXPECT_EQ(copy.error().number, EBADF);
}

}  // namespace
}  // namespace leash::sys
