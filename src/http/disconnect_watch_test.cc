#include "http/disconnect_watch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace leash::http {
namespace {

class DisconnectWatchTest : public ::testing::TestWithParam<HalfClose> {
 protected:
  DisconnectWatchTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    server_ = sys::UniqueFd(ends[0]);
    client_ = sys::UniqueFd(ends[1]);
    EXPECT_TRUE(watch_.start().has_value());
    auto entry = watch_.watch(server_.get(), [this] { ++gone_; });
    EXPECT_TRUE(entry.has_value());
    entry_ = std::move(entry).value();
  }
  int after_a_while() {
    loop_.restart();
    loop_.run_for(std::chrono::milliseconds(20));
    return gone_;
  }

  boost::asio::io_context loop_{1};
  DisconnectWatch watch_{loop_, GetParam(), base::Millis(1000)};
  sys::UniqueFd server_;
  sys::UniqueFd client_;
  DisconnectWatch::Entry entry_;
  int gone_ = 0;
};

TEST_P(DisconnectWatchTest, TellsOfACloseBehindUnreadBytes) {
  ASSERT_EQ(::send(client_.get(), "bytes", 5, 0), 5);
  EXPECT_EQ(after_a_while(), 0);
  client_.reset();
  EXPECT_GT(after_a_while(), 0);
}

TEST_P(DisconnectWatchTest, TellsOfAHalfCloseWhereItCounts) {
  ::shutdown(client_.get(), SHUT_WR);
  const bool told = after_a_while() > 0;
  EXPECT_EQ(told, GetParam() == HalfClose::kAbort);
}

TEST_P(DisconnectWatchTest, SaysNothingAboutWhoIsNoLongerWatched) {
  entry_.reset();
  client_.reset();
  EXPECT_EQ(after_a_while(), 0);
}

TEST_P(DisconnectWatchTest, TellsOfACloseThatCameBeforeTheWatch) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const sys::UniqueFd mine(ends[0]);
  ::close(ends[1]);
  const auto entry = watch_.watch(mine.get(), [this] { ++gone_; });
  ASSERT_TRUE(entry.has_value());
  EXPECT_GT(after_a_while(), 0);
}

INSTANTIATE_TEST_SUITE_P(Policies, DisconnectWatchTest,
                         ::testing::Values(HalfClose::kAbort, HalfClose::kIgnore));

}  // namespace
}  // namespace leash::http
