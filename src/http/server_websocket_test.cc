// WebSockets and tickets against the server on a loop that the test turns. Frames and close codes
// are in tests/e2e/test_websocket_protocol.py, with a client of their own.
#include "http/server_fixture.h"

namespace leash::http {
namespace {

class ServerWebSocketTest : public ServerTest {
 protected:
  ServerWebSocketTest() {
    options_.authenticate = [](std::string_view token) -> std::optional<service::Tenant> {
      if (token == kToken) return service::Tenant{.name = "alice"};
      if (token == kOther) return service::Tenant{.name = "bob"};
      return std::nullopt;
    };
  }

  [[nodiscard]] std::string as_bob(std::string bytes) const {
    const auto at = bytes.find(kToken);
    return bytes.replace(at, kToken.size(), kOther);
  }
  [[nodiscard]] std::string without_token(std::string bytes) const {
    const auto begin = bytes.find("Authorization:");
    return bytes.erase(begin, bytes.find("\r\n", begin) + 2 - begin);
  }
  [[nodiscard]] std::string handshake(const std::string& id, std::string_view query = "") const {
    return request("GET", "/v1/runs/" + id + "/ws" + std::string(query), "",
                   "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  }
  void await(TestClient& client, std::string_view text) {
    turn_until(
        [&] { return client.receive() && client.received_.find(text) != std::string::npos; });
  }
  /// Starts a run of alice's.
  run::RunPtr begin() {
    EXPECT_EQ(ask(request("POST", "/v1/runs?async=true",
                          R"({"language":"toy","code":"x","on_disconnect":"stop"})"))
                  .status,
              202);
    auto run = launched();
    service::FakeExecutor::begin(run);
    return run;
  }
  std::string ticket_for(const run::RunPtr& run) {
    const auto answer = ask(request("POST", "/v1/tickets", R"({"run":")" + run->id() + R"("})"));
    EXPECT_EQ(answer.status, 201);
    return std::string(answer.json().at("ticket").as_string());
  }

  static constexpr std::string_view kOther = "the-token-of-bob-x";
};

TEST_F(ServerWebSocketTest, CarriesEventsAndEndsWithTheRun) {
  start();
  const auto run = begin();
  TestClient client(port_);
  client.send(handshake(run->id()));
  await(client, "started");
  EXPECT_TRUE(client.received_.starts_with("HTTP/1.1 101 "));
  EXPECT_NE(client.received_.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
            std::string::npos)
      << client.received_;
  service::FakeExecutor::end(run, 0, "printed\n");
  await(client, "\x03\xe8");
  EXPECT_NE(client.received_.find(R"("data":"printed\n")"), std::string::npos);
  EXPECT_NE(client.received_.find(R"("type":"finished")"), std::string::npos);
}

TEST_F(ServerWebSocketTest, TheLastReaderToLeaveEndsTheRun) {
  start();
  const auto run = begin();
  TestClient first(port_);
  TestClient second(port_);
  for (TestClient* client : {&first, &second}) {
    client->send(handshake(run->id()));
    await(*client, "started");
  }
  first.close();
  settle();
  EXPECT_FALSE(run->token().is_cancelled());
  second.reset();
  obey(run);
  EXPECT_EQ(run->token().reason(), run::Cause::kClientDisconnected);
}

TEST_F(ServerWebSocketTest, AForeignRunHasNoTicket) {
  start();
  const auto run = begin();
  const auto body = R"({"run":")" + run->id() + R"("})";
  const auto answer = ask(as_bob(request("POST", "/v1/tickets", body)));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(ask(as_bob(handshake(run->id()))).status, 404);
  service::FakeExecutor::end(run);
}

TEST_F(ServerWebSocketTest, ATicketStandsForWhoAskedForIt) {
  start();
  const auto run = begin();
  const std::string query = "?ticket=" + ticket_for(run);
  TestClient client(port_);
  client.send(without_token(handshake(run->id(), query)));
  await(client, "started");
  EXPECT_EQ(ask(without_token(handshake(run->id(), query))).status, 401) << "it was used";
  EXPECT_EQ(ask(handshake(run->id(), query)).status, 401) << "where it is given it alone counts";
  service::FakeExecutor::end(run);
}

TEST_F(ServerWebSocketTest, ATicketExpires) {
  options_.ticket_life = base::Millis(20);
  start();
  const auto run = begin();
  const std::string query = "?ticket=" + ticket_for(run);
  const auto later = std::chrono::steady_clock::now() + std::chrono::milliseconds(25);
  turn_until([&] { return std::chrono::steady_clock::now() > later; });
  EXPECT_EQ(ask(without_token(handshake(run->id(), query))).status, 401);
  service::FakeExecutor::end(run);
}

TEST_F(ServerWebSocketTest, ADestructionWithOpenWebSocketsLeavesNothing) {
  start();
  const auto run = begin();
  TestClient client(port_);
  client.send(handshake(run->id()));
  await(client, "started");
  server_.reset();
  EXPECT_TRUE(run->token().is_cancelled()) << "its last reader has gone";
  executor_.kill(run);
}

}  // namespace
}  // namespace leash::http
