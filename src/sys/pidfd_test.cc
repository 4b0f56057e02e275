#include "sys/pidfd.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>

namespace leash::sys {
namespace {

PidFd fork_child(int exit_code) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (exit_code < 0) ::pause();
    ::_exit(exit_code);
  }
  return std::move(PidFd::open(pid).value());
}

TEST(PidFdTest, ReapTellsTheExitCode) {
  const auto exit = fork_child(7).reap().value();
  EXPECT_FALSE(exit.signaled);
  EXPECT_EQ(exit.code, 7);
}

TEST(PidFdTest, SignalEndsTheProcessAndMakesTheDescriptorReadable) {
  const PidFd child = fork_child(-1);
  ASSERT_TRUE(child.signal(SIGKILL).has_value());
  pollfd entry{.fd = child.fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&entry, 1, 10'000), 1);
  const auto exit = child.reap().value();
  EXPECT_TRUE(exit.signaled);
  EXPECT_EQ(exit.code, SIGKILL);
}

TEST(PidFdTest, ReapWaitsEvenIfTheDescriptorDoesNotBlock) {
  const PidFd child = fork_child(-1);
  ASSERT_TRUE(set_nonblocking(child.fd()).has_value());
  ASSERT_TRUE(child.signal(SIGKILL).has_value());
  EXPECT_EQ(child.reap().value().code, SIGKILL);
}

TEST(PidFdTest, SignalToAnEndedProcessIsNoError) {
  const PidFd child = fork_child(0);
  ASSERT_TRUE(child.reap().has_value());
  EXPECT_TRUE(child.signal(SIGKILL).has_value());
}

TEST(PidFdTest, ReapTwiceIsAnErrorNotAHang) {
  const PidFd child = fork_child(0);
  ASSERT_TRUE(child.reap().has_value());
  EXPECT_FALSE(child.reap().has_value());
}

}  // namespace
}  // namespace leash::sys
