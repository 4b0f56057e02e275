#include "http/connection_table.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <vector>

namespace leash::http {
namespace {

class ConnectionTableTest : public ::testing::Test {
 protected:
  ConnectionPtr connect(const std::string& peer) {
    return std::make_shared<Connection>(
        loop_, AF_UNIX, sys::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        LocalAddress{}, peer);
  }

  boost::asio::io_context loop_{1};
  ConnectionTable table_{{.total = 3, .per_address = 2}};
};

TEST_F(ConnectionTableTest, ClosesTheOneThatHasWaitedLongest) {
  const auto a = connect("1");
  const auto b = connect("2");
  const auto c = connect("3");
  const auto d = connect("4");
  EXPECT_TRUE(table_.admit(*a));
  EXPECT_TRUE(table_.admit(*b));
  EXPECT_TRUE(table_.admit(*c));
  table_.set_busy(*a);
  EXPECT_TRUE(table_.admit(*d));
  EXPECT_FALSE(a->is_closed());
  EXPECT_TRUE(b->is_closed());
  EXPECT_EQ(table_.size(), 3U);
  table_.set_waiting(*a);  // Behind c and d now.
  EXPECT_TRUE(table_.evict_one());
  EXPECT_TRUE(c->is_closed());
  table_.close_all();
  EXPECT_TRUE(a->is_closed());
  EXPECT_EQ(table_.size(), 0U);
}

TEST_F(ConnectionTableTest, BoundsEachAddress) {
  const auto a = connect("1");
  const auto b = connect("1");
  const auto c = connect("1");
  EXPECT_TRUE(table_.admit(*a));
  EXPECT_TRUE(table_.admit(*b));
  table_.set_busy(*a);
  EXPECT_TRUE(table_.admit(*c));
  EXPECT_TRUE(b->is_closed());
  table_.set_busy(*c);
  EXPECT_FALSE(table_.admit(*connect("1")));
  const auto local = connect("");
  EXPECT_TRUE(table_.admit(*local));
  table_.close_all();
}

TEST_F(ConnectionTableTest, IsFullWhenAllAreBusy) {
  std::vector<ConnectionPtr> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(connect(""));
    EXPECT_TRUE(table_.admit(*all.back()));
    table_.set_busy(*all.back());
  }
  EXPECT_FALSE(table_.admit(*connect("")));
  table_.remove(*all[0]);
  const auto late = connect("");
  EXPECT_TRUE(table_.admit(*late));
  table_.close_all();
}

}  // namespace
}  // namespace leash::http
