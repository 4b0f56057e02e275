// Requests that are too large, too slow, too many, or not HTTP.
#include <fcntl.h>
#include <sys/resource.h>

#include <vector>

#include "base/scope_guard.h"
#include "http/server_fixture.h"

namespace leash::http {
namespace {

using ServerLimitsTest = ServerTest;

TEST_F(ServerLimitsTest, RefusesABodyOverTheCapBeforeItIsSent) {
  start();
  const std::string fields = "Content-Type: application/json\r\nContent-Length: 2000000\r\n";
  TestClient client(port_);
  client.send(head("POST", "/v1/runs", fields + "Expect: 100-continue\r\n\r\n"));
  const TestAnswer answer = take(client);
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.code(), "too_large");
  EXPECT_TRUE(answer.has_header("Connection: close"));
}

TEST_F(ServerLimitsTest, RefusesAChunkedBodyOnceItIsOverTheCap) {
  options_.body_limit = base::kib(4);
  start();
  TestClient client(port_);
  client.send(head("POST", "/v1/runs",
                   "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n") +
              "2000\r\n" + std::string(8192, ' '));
  EXPECT_EQ(take(client).status, 413);
}

TEST_F(ServerLimitsTest, TakesAChunkedBody) {
  start();
  TestClient client(port_);
  client.send(head("POST", "/v1/runs?async=1",
                   "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string body = R"({"language":"toy","code":"x"})";
  for (const char c : body) client.send("1\r\n" + std::string(1, c) + "\r\n");
  client.send("0\r\n\r\n" + request("GET", "/healthz"));
  EXPECT_EQ(take(client).status, 202);
  EXPECT_EQ(take(client).status, 200);
}

TEST_F(ServerLimitsTest, TakesAChunkedBodyByteByByteAlsoAnEmptyOne) {
  start();
  for (const std::string_view chunks :
       {"0\r\n\r\n", "000;x=y\r\n\r\n", "2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n"}) {
    TestClient client(port_);
    client.send(head("GET", "/v1/languages", "Transfer-Encoding: chunked\r\n\r\n"));
    for (const char c : chunks) {
      client.send(std::string(1, c));
      settle();
    }
    client.send(request("GET", "/healthz"));
    EXPECT_EQ(take(client).status, 200) << chunks;
    EXPECT_EQ(take(client).status, 200) << chunks;
  }
}

TEST_F(ServerLimitsTest, SaysContinueWhenTheBodyIsWelcome) {
  start();
  const std::string body = R"({"language":"toy","code":"x"})";
  TestClient client(port_);
  client.send(head("POST", "/v1/runs?async=true",
                   "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n"));
  turn_until([&] {
    client.receive();
    return client.received_ == "HTTP/1.1 100 Continue\r\n\r\n";
  });
  client.received_.clear();
  client.send(body);
  EXPECT_EQ(take(client).status, 202);
}

TEST_F(ServerLimitsTest, AnswersWhatIsNotHttpAndCloses) {
  start();
  const std::string host = "Host: 127.0.0.1:" + std::to_string(port_) + "\r\n";
  const std::vector<std::string> bad = {
      "GET / HTTP/9.9\r\n" + host + "\r\n",
      "GET http://x/ HTTP/1.1\r\n" + host + "\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\n" + host + host + "\r\n",
      "GET / HTTP/1.1\n" + host + "\n",
      "GET / HTTP/1.1\r\n" + host + "A: b\r\n c\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00", 5),
      "POST /v1/runs HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
      "POST /v1/runs HTTP/1.1\r\n" + host +
          "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + host + "\r\n"};
  for (const std::string& text : bad) {
    TestClient client(port_);
    client.send(text);
    const std::string answer = take_all(client);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << text.substr(0, 60);
    EXPECT_EQ(answer.find("HTTP/1.1 4", 1), std::string::npos) << "two answers";
    EXPECT_NE(answer.find("X-Request-ID: "), std::string::npos);
  }
}

TEST_F(ServerLimitsTest, AnswersTooManyHeadersWith431) {
  start();
  std::string many = head("GET", "/healthz");
  for (int i = 0; i < 101; ++i) many += "A: b\r\n";
  TestClient client(port_);
  client.send(many + "\r\n");
  EXPECT_TRUE(take_all(client).starts_with("HTTP/1.1 431 "));
  TestClient other(port_);
  other.send(head("GET", "/healthz", "A: " + std::string(17000, 'b') + "\r\n\r\n"));
  EXPECT_TRUE(take_all(other).starts_with("HTTP/1.1 431 "));
}

TEST_F(ServerLimitsTest, ClosesWhoIsTooSlowWithItsHeaders) {
  options_.times.head = base::Millis(50);
  start();
  TestClient client(port_);
  client.send("GET / HT");
  EXPECT_EQ(take_all(client), "");
}

TEST_F(ServerLimitsTest, ClosesWhoIsIdle) {
  options_.times.idle = base::Millis(50);
  start();
  TestClient client(port_);
  client.send(request("GET", "/healthz"));
  EXPECT_EQ(take(client).status, 200);
  EXPECT_EQ(take_all(client), "");
}

TEST_F(ServerLimitsTest, R42_ReadTimesDoNotEndWhatRuns) {
  options_.times = {.idle = base::Millis(50), .head = base::Millis(50), .body = base::Millis(50)};
  start();
  TestClient client(port_);
  client.send(request("POST", "/v1/runs", R"({"language":"toy","code":"x"})"));
  const auto run = launched();
  service::FakeExecutor::begin(run);
  const auto later = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  turn_until([&] { return std::chrono::steady_clock::now() > later; });
  EXPECT_FALSE(run->token().is_cancelled());
  service::FakeExecutor::end(run, 0, "done\n");
  EXPECT_EQ(take(client).json().at("stdout").as_string(), "done\n");
}

TEST_F(ServerLimitsTest, UnderPressureTheOldestWaitingConnectionGoes) {
  options_.connections.total = 3;
  start();
  TestClient busy(port_);
  busy.send(request("POST", "/v1/runs", R"({"language":"toy","code":"x"})"));
  const auto run = launched();
  TestClient slow(port_);
  slow.send("GET / HT");
  settle();
  TestClient idle(port_);
  settle();
  EXPECT_EQ(server_->connections(), 3U);
  EXPECT_EQ(ask(request("GET", "/healthz")).status, 200);
  EXPECT_FALSE(slow.receive());
  EXPECT_TRUE(idle.receive());
  service::FakeExecutor::end(run);
  EXPECT_EQ(take(busy).status, 200);
}

TEST_F(ServerLimitsTest, WithoutAnyoneToCloseItSaysThatItIsFull) {
  options_.connections.total = 1;
  start();
  TestClient busy(port_);
  busy.send(request("POST", "/v1/runs", R"({"language":"toy","code":"x"})"));
  const auto run = launched();
  EXPECT_EQ(ask(request("GET", "/healthz")).status, 503);
  service::FakeExecutor::end(run);
  EXPECT_EQ(take(busy).status, 200);
}

TEST_F(ServerLimitsTest, SurvivesRunningOutOfDescriptors) {
  start();
  // UBSan needs two descriptors to look at the type of an object for the first time. So all types
  // are seen before the shortage: the same clients come and go once without it.
  {
    std::vector<TestClient> first;
    first.reserve(7);
    for (int i = 0; i < 7; ++i) first.emplace_back(port_);
    settle();
    first.back().send(request("GET", "/healthz"));
    EXPECT_EQ(take(first.back()).status, 200);
  }
  settle();
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &old), 0);
  // The lowest free descriptor plus a few: clients and server share this process.
  const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::close(next);
  const rlimit low{.rlim_cur = static_cast<rlim_t>(next + 9), .rlim_max = old.rlim_max};
  const base::ScopeGuard restore([&] { ::setrlimit(RLIMIT_NOFILE, &old); });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  std::vector<TestClient> clients;
  clients.reserve(7);
  for (int i = 0; i < 7; ++i) clients.emplace_back(port_);
  settle();
  EXPECT_GT(server_->connections(), 0U);
  clients.back().send(request("GET", "/healthz"));
  EXPECT_EQ(take(clients.back()).status, 200);
  clients.clear();
  EXPECT_EQ(ask(request("GET", "/healthz")).status, 200);
}

TEST_F(ServerLimitsTest, SpeaksHttp10) {
  start();
  TestClient client(port_);
  client.send("GET /healthz HTTP/1.0\r\nHost: x\r\n\r\n");
  const std::string answer = take_all(client);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 "));
  TestClient streamer(port_);
  streamer.send("POST /v1/runs HTTP/1.0\r\nHost: localhost:" + std::to_string(port_) +
                "\r\nAuthorization: Bearer " + std::string(kToken) +
                "\r\nAccept: application/x-ndjson\r\nContent-Type: application/json\r\n"
                "Content-Length: 29\r\n\r\n{\"language\":\"toy\",\"code\":\"x\"}");
  service::FakeExecutor::end(launched());
  const std::string stream = take_all(streamer);
  EXPECT_EQ(stream.find("chunked"), std::string::npos);
  EXPECT_TRUE(stream.ends_with("}\n"));
}

}  // namespace
}  // namespace leash::http
