#include "cli/client/http_client.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <exception>

namespace leash::cli {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> ask(ServerAddress server, std::optional<base::Result<Response>>& answer) {
  answer = co_await exchange_once(std::move(server), Request::get("/v1/runs"),
                                  std::chrono::milliseconds(1));
}

TEST(ExchangeOnce, GivesUpOnAServerThatTakesTheRequestAndNeverAnswers) {
  asio::io_context loop(1);
  // Nobody accepts: the kernel does it, and keeps what is sent.
  const asio::ip::tcp::acceptor deaf(loop, {asio::ip::address_v4::loopback(), 0});
  ServerAddress server;
  server.address.host = "127.0.0.1";
  server.address.port = deaf.local_endpoint().port();
  std::optional<base::Result<Response>> answer;
  asio::co_spawn(loop, ask(server, answer),
                 [](const std::exception_ptr& thrown) { EXPECT_EQ(thrown, nullptr); });
  loop.run();
  ASSERT_TRUE(answer);
  ASSERT_FALSE(*answer);
  EXPECT_NE(answer->error().message().find("did not answer within"), std::string::npos)
      << answer->error().message();
}

}  // namespace
}  // namespace leash::cli
