#include "http/listener.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace leash::http {
namespace {

namespace asio = boost::asio;

int option_of(int socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(socket, level, name, &value, &size), 0);
  return value;
}

/// What the kernel is to do about clients that vanish without a word holds for accepted sockets.
TEST(ListenerTest, AcceptedSocketsNoticeSilentLoss) {
  asio::io_context loop;
  ConnectionPtr accepted;
  auto listener = Listener::open(
      loop, "127.0.0.1:0", {.quiet = base::Millis(9'500), .unacknowledged = base::Millis(61'234)},
      {.accepted = [&](ConnectionPtr connection) { accepted = std::move(connection); },
       .exhausted = [] { return false; }});
  ASSERT_TRUE(listener.has_value());
  asio::co_spawn(loop.get_executor(), (*listener)->run(), asio::detached);
  asio::ip::tcp::socket client(loop);
  client.connect({asio::ip::make_address("127.0.0.1"), (*listener)->port()});
  while (!accepted) loop.run_one();
  const int socket = accepted->socket().native_handle();
  EXPECT_EQ(option_of(socket, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_KEEPIDLE), 9);
  EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_KEEPINTVL), 3);
  EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_KEEPCNT), 3);
  EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_USER_TIMEOUT), 61'234);
  EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_NODELAY), 1);
  (*listener)->close();
  loop.restart();
  loop.poll();
}

}  // namespace
}  // namespace leash::http
