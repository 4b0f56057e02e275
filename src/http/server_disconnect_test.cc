// What happens when the client goes: the reason this server watches its sockets.
#include "http/server_fixture.h"

namespace leash::http {
namespace {

using run::Cause;

class ServerDisconnectTest : public ServerTest {
 protected:
  static constexpr std::string_view kLoop = R"({"language":"toy","code":"loop"})";

  run::RunPtr begin(TestClient& client, std::string_view more = "", std::string_view body = kLoop) {
    client.send(request("POST", "/v1/runs", body, more));
    const auto run = launched();
    service::FakeExecutor::begin(run);
    return run;
  }
  void expect_abandoned(const run::RunPtr& run) {
    turn_until([&] { return run->token().is_cancelled(); });
    EXPECT_EQ(run->token().reason(), Cause::kClientDisconnected);
    executor_.kill(run);
    turn_until([&] { return log_.str().find("status=499") != std::string::npos; });
    EXPECT_NE(ask(request("GET", "/metrics"))
                  .body.find(R"(leash_http_requests_total{route="/v1/runs",status="499"} 1)"),
              std::string::npos);
  }
  void expect_unharmed(const run::RunPtr& run) {
    settle();
    EXPECT_FALSE(run->token().is_cancelled());
  }
};

TEST_F(ServerDisconnectTest, AFinEndsTheRun) {
  start();
  TestClient client(port_);
  const auto run = begin(client);
  client.close();
  expect_abandoned(run);
}

TEST_F(ServerDisconnectTest, AResetEndsTheRun) {
  start();
  TestClient client(port_);
  const auto run = begin(client);
  client.reset();
  expect_abandoned(run);
}

TEST_F(ServerDisconnectTest, AHalfCloseEndsTheRun) {
  start();
  TestClient client(port_);
  const auto run = begin(client);
  client.half_close();
  expect_abandoned(run);
}

TEST_F(ServerDisconnectTest, AHalfCloseBeforeTheRunStartedEndsItToo) {
  start();
  TestClient client(port_);
  client.send(request("POST", "/v1/runs", kLoop));
  client.half_close();
  expect_abandoned(launched());
}

TEST_F(ServerDisconnectTest, AHalfCloseIsIgnoredIfSoConfigured) {
  options_.half_close = HalfClose::kIgnore;
  start();
  TestClient client(port_);
  const auto run = begin(client);
  client.half_close();
  expect_unharmed(run);
  service::FakeExecutor::end(run);
  EXPECT_EQ(take(client).status, 200);
}

TEST_F(ServerDisconnectTest, AResetCountsAlsoWhereHalfClosesAreIgnored) {
  options_.half_close = HalfClose::kIgnore;
  start();
  TestClient client(port_);
  const auto run = begin(client);
  client.half_close();
  expect_unharmed(run);
  client.reset();
  expect_abandoned(run);
}

TEST_F(ServerDisconnectTest, PipelinedBytesAreNoAbortAndHideNone) {
  start();
  TestClient client(port_);
  const auto run = begin(client);
  client.send(request("GET", "/healthz") + request("GET", "/v1/languages"));
  expect_unharmed(run);
  client.close();
  expect_abandoned(run);
}

TEST_F(ServerDisconnectTest, ALotOfPipelinedBytesHideNone) {
  start();
  TestClient client(port_);
  const auto run = begin(client);
  client.send(std::string(std::size_t{100} * 1024, 'x'));
  expect_unharmed(run);
  client.close();
  expect_abandoned(run);
}

TEST_F(ServerDisconnectTest, AStreamsClientThatGoesEndsTheRun) {
  start();
  TestClient client(port_);
  const auto run = begin(client, "Accept: text/event-stream\r\n");
  turn_until([&] {
    client.receive();
    return client.received_.find("started") != std::string::npos;
  });
  client.close();
  expect_abandoned(run);
}

TEST_F(ServerDisconnectTest, AStreamsClientThatGoesWhileItIsFullEndsTheRun) {
  start();
  TestClient client(port_, 4096);
  const auto run = begin(client, "Accept: text/event-stream\r\n");
  for (int i = 0; i < 64; ++i) {
    run->output(run::Stream::kStdout, std::string(std::size_t{64} * 1024, 'x'), true);
    settle();
  }
  expect_unharmed(run);
  client.reset();
  expect_abandoned(run);
}

TEST_F(ServerDisconnectTest, ADetachedRunGoesOn) {
  start();
  TestClient client(port_);
  const auto run = begin(client, "", R"({"language":"toy","code":"x","on_disconnect":"detach"})");
  client.close();
  turn_until([&] { return log_.str().find("status=499") != std::string::npos; });
  expect_unharmed(run);
}

TEST_F(ServerDisconnectTest, AnotherReaderKeepsTheRunWanted) {
  start();
  TestClient client(port_);
  const auto run = begin(client);
  TestClient reader(port_);
  reader.send(request("GET", "/v1/runs/" + run->id() + "/events"));
  turn_until([&] {
    reader.receive();
    return reader.received_.find("queued") != std::string::npos;
  });
  client.close();
  turn_until([&] { return log_.str().find("status=499") != std::string::npos; });
  expect_unharmed(run);
  reader.close();
  turn_until([&] { return run->token().is_cancelled(); });
  EXPECT_EQ(run->token().reason(), Cause::kClientDisconnected);
}

TEST_F(ServerDisconnectTest, AfterTheLastByteItCountsNoLonger) {
  start();
  TestClient client(port_);
  const auto run = begin(client);
  service::FakeExecutor::end(run);
  EXPECT_EQ(take(client).status, 200);
  client.reset();
  settle();
  EXPECT_EQ(run->snapshot().cause, Cause::kExit);
  EXPECT_EQ(log_.str().find("status=499"), std::string::npos);
}

TEST_F(ServerDisconnectTest, AStopIsNotUndoneByItsClientsGoing) {
  start();
  TestClient starter(port_);
  const auto run = begin(starter);
  TestClient stopper(port_);
  stopper.send(request("POST", "/v1/runs/" + run->id() + "/stop"));
  turn_until([&] { return run->token().is_cancelled(); });
  stopper.close();
  settle();
  executor_.kill(run);
  EXPECT_EQ(take(starter).json().at("cause").as_string(), "stop");
}

TEST_F(ServerDisconnectTest, AStarterThatDoesNotReadEndsItsRunAsASlowClient) {
  service_options_.slow_client = base::Millis(100);
  start();
  TestClient client(port_, 4096);
  const auto run = begin(client, "Accept: application/x-ndjson\r\n");
  for (int i = 0; i < 200 && !run->token().is_cancelled(); ++i) {
    run->output(run::Stream::kStdout, std::string(std::size_t{64} * 1024, 'x'), true);
    settle();
  }
  turn_until([&] { return run->token().is_cancelled(); });
  EXPECT_EQ(run->token().reason(), Cause::kSlowClient);
}

TEST_F(ServerDisconnectTest, AQuietStreamHoldsCommentLines) {
  options_.quiet = base::Millis(10);
  start();
  TestClient client(port_);
  const auto run = begin(client, "Accept: text/event-stream\r\n");
  turn_until([&] {
    client.receive();
    return client.received_.find(": still here\n\n\r\n") != std::string::npos;
  });
  expect_unharmed(run);
}

TEST_F(ServerDisconnectTest, ADestructionWithOpenStreamsLeavesNothing) {
  start();
  TestClient client(port_);
  const auto run = begin(client, "Accept: text/event-stream\r\n");
  TestClient other(port_);
  other.send(request("GET", "/v1/runs/" + run->id() + "?wait_ms=60000"));
  settle();
  server_.reset();
  EXPECT_FALSE(client.receive());
  EXPECT_FALSE(other.receive());
}

}  // namespace
}  // namespace leash::http
