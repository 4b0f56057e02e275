#include "cli/session/fd_gate.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>

namespace leash::cli {
namespace {

namespace asio = boost::asio;

class FdGateTest : public testing::Test {
 protected:
  /// Starts a wait for the gate and does what can be done at once; true if it is over.
  bool wait(FdGate& gate) {
    ready_ = false;
    asio::co_spawn(loop_, watch(gate), asio::detached);
    loop_.restart();
    loop_.poll();
    return ready_;
  }
  asio::awaitable<void> watch(FdGate& gate) {
    co_await gate.ready();
    ready_ = true;
  }

  asio::io_context loop_{1};
  bool ready_ = false;
};

TEST_F(FdGateTest, WaitsUntilAPipeCanBeReadAndLeavesItsFlagsAlone) {
  auto pipe = sys::make_pipe();
  ASSERT_TRUE(pipe);
  FdGate gate(loop_.get_executor(), pipe->read_end.get(), FdGate::Direction::kRead);
  EXPECT_FALSE(wait(gate));
  ASSERT_EQ(::write(pipe->write_end.get(), "x", 1), 1);
  loop_.restart();
  loop_.run();
  EXPECT_TRUE(ready_);
  EXPECT_EQ(::fcntl(pipe->read_end.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(gate.fd(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(FdGateTest, WhatAnotherReaderTookAwayGivesEagain) {
  auto pipe = sys::make_pipe();
  ASSERT_TRUE(pipe);
  FdGate gate(loop_.get_executor(), pipe->read_end.get(), FdGate::Direction::kRead);
  ASSERT_EQ(::write(pipe->write_end.get(), "x", 1), 1);
  EXPECT_TRUE(wait(gate));
  char byte = 0;
  ASSERT_EQ(::read(pipe->read_end.get(), &byte, 1), 1);
  EXPECT_EQ(::read(gate.fd(), &byte, 1), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(FdGateTest, TheEndOfAPipeIsReadiness) {
  auto pipe = sys::make_pipe();
  ASSERT_TRUE(pipe);
  FdGate gate(loop_.get_executor(), pipe->read_end.get(), FdGate::Direction::kRead);
  pipe->write_end.reset();
  EXPECT_TRUE(wait(gate));
}

TEST_F(FdGateTest, AFileAndDevNullAreAlwaysReady) {
  for (const char* path : {"/dev/null", "/proc/self/exe"}) {
    const sys::UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(fd.is_open());
    FdGate gate(loop_.get_executor(), fd.get(), FdGate::Direction::kRead);
    EXPECT_EQ(gate.fd(), fd.get()) << "a file is not opened again: its offset counts";
    EXPECT_TRUE(wait(gate)) << path;
  }
}

TEST_F(FdGateTest, AFullPipeIsWaitedForUntilItIsRead) {
  auto pipe = sys::make_pipe();
  ASSERT_TRUE(pipe);
  FdGate gate(loop_.get_executor(), pipe->write_end.get(), FdGate::Direction::kWrite);
  EXPECT_TRUE(wait(gate));
  const std::array<char, 4096> page{};
  while (::write(gate.fd(), page.data(), page.size()) > 0) {
  }
  EXPECT_FALSE(wait(gate));
  std::array<char, 65536> sink;
  ASSERT_GT(::read(pipe->read_end.get(), sink.data(), sink.size()), 0);
  loop_.restart();
  loop_.run();
  EXPECT_TRUE(ready_);
}

}  // namespace
}  // namespace leash::cli
