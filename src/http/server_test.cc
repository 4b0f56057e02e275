#include "http/server.h"

#include "http/server_fixture.h"

namespace leash::http {
namespace {

constexpr std::string_view kHello = R"({"language":"toy","code":"hello"})";

TEST_F(ServerTest, AnswersARunWithItsRunObjectWhenItHasFinished) {
  start();
  TestClient client(port_);
  client.send(request("POST", "/v1/runs", kHello));
  const auto run = launched();
  settle();
  EXPECT_TRUE(client.receive());
  EXPECT_EQ(client.received_, "");
  service::FakeExecutor::end(run, 0, "1\n");
  const TestAnswer answer = take(client);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json().at("id").as_string(), run->id().c_str());
  EXPECT_EQ(answer.json().at("state").as_string(), "finished");
  EXPECT_EQ(answer.json().at("status").as_string(), "succeeded");
  EXPECT_EQ(answer.json().at("stdout").as_string(), "1\n");
  EXPECT_TRUE(answer.has_header("Content-Type: application/json"));
}

TEST_F(ServerTest, KeepsTheConnectionForTheNextRequest) {
  start();
  TestClient client(port_);
  for (int i = 0; i < 3; ++i) {
    client.send(request("GET", "/v1/languages"));
    const TestAnswer answer = take(client);
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.has_header("Connection: keep-alive"));
  }
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  TestClient client(port_);
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += request("GET", "/healthz", "", "X-Request-ID: n" + std::to_string(i) + "\r\n");
  }
  client.send(requests);
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(take(client).has_header("X-Request-ID: n" + std::to_string(i)));
  }
}

TEST_F(ServerTest, PutsTheProtectiveHeadersOnEveryAnswer) {
  start();
  for (const std::string_view path : {"/healthz", "/v1/languages", "/nowhere", "/", "/metrics"}) {
    const TestAnswer answer = ask(request("GET", path));
    EXPECT_TRUE(answer.has_header("X-Content-Type-Options: nosniff")) << path;
    EXPECT_TRUE(answer.has_header("Referrer-Policy: no-referrer")) << path;
    EXPECT_TRUE(answer.has_header("Cross-Origin-Resource-Policy: same-origin")) << path;
    EXPECT_NE(answer.head.find("Content-Security-Policy: default-src 'none'"), std::string::npos);
    EXPECT_NE(answer.head.find("X-Request-ID: "), std::string::npos) << path;
  }
}

TEST_F(ServerTest, AsksForATokenButWhereItIsOpen) {
  start();
  const std::string host = "Host: 127.0.0.1:" + std::to_string(port_) + "\r\n";
  const auto get = [&](std::string_view path, std::string_view more = "") {
    return ask("GET " + std::string(path) + " HTTP/1.1\r\n" + host + std::string(more) + "\r\n");
  };
  for (const std::string_view path : {"/", "/openapi.json", "/healthz", "/readyz"}) {
    EXPECT_EQ(get(path).status, 200) << path;
  }
  for (const std::string_view path : {"/v1/runs", "/v1/languages", "/metrics", "/nowhere"}) {
    EXPECT_EQ(get(path).status, 401) << path;
  }
  const std::string good = "Authorization: Bearer " + std::string(kToken) + "\r\n";
  EXPECT_EQ(get("/v1/runs", good).status, 200);
  EXPECT_EQ(get("/v1/runs", good + good).status, 401);
  EXPECT_EQ(get("/v1/runs", "Authorization: Bearer wrong\r\n").status, 401);
  EXPECT_EQ(get("/v1/runs?token=" + std::string(kToken)).status, 401);
}

TEST_F(ServerTest, TellsPathsMethodsAndIdsApart) {
  start();
  EXPECT_EQ(ask(request("GET", "/nowhere")).status, 404);
  EXPECT_EQ(ask(request("GET", "/v1/runs/")).status, 404);
  EXPECT_EQ(ask(request("GET", "//v1/runs")).status, 404);
  EXPECT_EQ(ask(request("GET", "/v1/runs/%2e%2e/x")).status, 404);
  EXPECT_EQ(ask(request("GET", "/v1/runs/..")).status, 404);
  EXPECT_EQ(ask(request("GET", "/v1/runs/%00")).status, 404);
  EXPECT_EQ(ask(request("POST", "/v1/keys/%00/stop")).status, 404);
  EXPECT_EQ(ask(request("GET", "/v1/runs?limit=1&x[]=2")).status, 200);
  EXPECT_EQ(ask(request("GET", "/v1/runs/%zz")).status, 400);
  EXPECT_EQ(ask(request("GET", "/v1/runs/r_00000000000000000000000000")).status, 404);
  const TestAnswer wrong = ask(request("PUT", "/v1/runs"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_TRUE(wrong.has_header("Allow: GET, HEAD, POST"));
  TestClient client(port_);
  client.send(request("HEAD", "/v1/languages"));
  EXPECT_EQ(take(client, true).status, 200);
  client.receive();
  EXPECT_EQ(client.received_, "");
}

TEST_F(ServerTest, RefusesBodiesOfTheWrongTypeBeforeReadingThem) {
  start();
  for (const std::string_view type :
       {"text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"}) {
    const std::string field = "Content-Type: " + std::string(type) + "\r\n";
    const TestAnswer answer = ask(request("POST", "/v1/runs", kHello, field));
    EXPECT_EQ(answer.status, 415) << type;
    EXPECT_TRUE(answer.has_header("Content-Type: application/problem+json"));
    EXPECT_EQ(answer.code(), "unsupported_media");
  }
  EXPECT_EQ(ask(head("POST", "/v1/runs", "Content-Length: 2\r\n\r\n{}")).status, 415);
  EXPECT_EQ(executor_.launched_.size(), launched_before_);
}

TEST_F(ServerTest, StreamsEventsAsTheyHappen) {
  start();
  TestClient client(port_);
  client.send(request("POST", "/v1/runs", kHello, "Accept: text/event-stream\r\n"));
  const auto run = launched();
  turn_until([&] {
    client.receive();
    return client.received_.find("event: queued\n") != std::string::npos;
  });
  service::FakeExecutor::begin(run);
  run->output(run::Stream::kStdout, "one\n", true);
  turn_until([&] {
    client.receive();
    return client.received_.find(R"(data: {"data":"one\n","encoding":"utf8"})") !=
           std::string::npos;
  });
  EXPECT_EQ(client.received_.find("event: finished"), std::string::npos);
  service::FakeExecutor::end(run);
  turn_until([&] {
    client.receive();
    return client.received_.ends_with("0\r\n\r\n");
  });
  EXPECT_NE(client.received_.find("event: finished\ndata: {\"id\":\""), std::string::npos);
  // The connection goes on to the next request.
  client.received_.clear();
  client.send(request("GET", "/healthz"));
  EXPECT_EQ(take(client).status, 200);
}

TEST_F(ServerTest, LetsLateReadersFollowFromWhereTheyWere) {
  start();
  TestClient first(port_);
  first.send(request("POST", "/v1/runs?async=true", kHello));
  const TestAnswer accepted = take(first);
  EXPECT_EQ(accepted.status, 202);
  const auto run = launched();
  EXPECT_TRUE(accepted.has_header("Location: /v1/runs/" + run->id()));
  service::FakeExecutor::end(run, 3, "x");
  TestClient late(port_);
  const std::string path = "/v1/runs/" + run->id() + "/events";
  late.send(head("GET", path, "Accept: application/x-ndjson\r\nConnection: close\r\n\r\n"));
  const std::string all = take_all(late);
  EXPECT_NE(all.find(R"({"seq":1,"type":"queued",)"), std::string::npos);
  EXPECT_NE(all.find(R"("type":"finished")"), std::string::npos);
  TestClient later(port_);
  later.send(head("GET", path, "Last-Event-ID: 3\r\nConnection: close\r\n\r\n"));
  const std::string rest = take_all(later);
  EXPECT_EQ(rest.find("id: 3\n"), std::string::npos);
  EXPECT_NE(rest.find("id: 4\nevent: finished\n"), std::string::npos);
  TestClient latest(port_);
  latest.send(head("GET", path, "Last-Event-ID: 99\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(take_all(latest).ends_with("\r\n\r\n0\r\n\r\n"));
  EXPECT_EQ(ask(head("GET", path, "Last-Event-ID: x\r\n\r\n")).status, 422);
}

TEST_F(ServerTest, AnswersAStopWithItsProof) {
  start();
  TestClient starter(port_);
  starter.send(request("POST", "/v1/runs", R"({"language":"toy","code":"x","key":"tab-1"})"));
  const auto run = launched();
  service::FakeExecutor::begin(run);
  TestClient stopper(port_);
  stopper.send(request("POST", "/v1/keys/tab-1/stop", R"({"grace_ms":0})"));
  obey(run);
  const TestAnswer answer = take(stopper);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json().at("stopped").as_bool(), true);
  EXPECT_EQ(answer.json().at("cause").as_string(), "stop");
  EXPECT_EQ(answer.json().at("proof").at("empty").as_bool(), true);
  EXPECT_EQ(take(starter).json().at("status").as_string(), "cancelled");
  // Again, after the end: nothing changes.
  const TestAnswer again = ask(request("POST", "/v1/runs/" + run->id() + "/stop"));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.json().at("stopped").as_bool(), false);
  EXPECT_EQ(ask(request("POST", "/v1/keys/tab-1/stop")).status, 404);
}

TEST_F(ServerTest, LimitsStopsThatMissButNotOthers) {
  start();
  int limited = 0;
  TestClient client(port_);
  for (int i = 0; i < 150; ++i) {
    client.send(request("POST", "/v1/runs/r_00000000000000000000000000/stop"));
    const TestAnswer answer = take(client);
    if (answer.status == 429) {
      ++limited;
      EXPECT_TRUE(answer.has_header("Retry-After: 1"));
    } else {
      EXPECT_EQ(answer.status, 404);
    }
  }
  EXPECT_GT(limited, 0);
  TestClient starter(port_);
  starter.send(request("POST", "/v1/runs", kHello));
  const auto run = launched();
  client.send(request("POST", "/v1/runs/" + run->id() + "/stop"));
  obey(run);
  EXPECT_EQ(take(client).status, 200);
}

TEST_F(ServerTest, FeedsStdinUntilItIsClosed) {
  start();
  TestClient client(port_);
  client.send(request("POST", "/v1/runs?async=true", kHello));
  EXPECT_EQ(take(client).status, 202);
  const auto run = launched();
  const std::string path = "/v1/runs/" + run->id() + "/stdin";
  EXPECT_EQ(ask(request("POST", path, "abc", "Content-Type: text/plain\r\n")).status, 204);
  EXPECT_EQ(ask(head("POST", path, "Content-Length: 3\r\n\r\ndef")).status, 204);
  EXPECT_EQ(ask(request("POST", path + "?eof=true")).status, 204);
  bool eof = false;
  EXPECT_EQ(run->input().drain(eof), "abcdef");
  EXPECT_TRUE(eof);
  EXPECT_EQ(ask(request("POST", path, "more", "Content-Type: text/plain\r\n")).status, 409);
  EXPECT_EQ(ask(request("POST", path + "?eof=maybe")).status, 422);
  service::FakeExecutor::end(run);
  EXPECT_EQ(ask(request("POST", path)).status, 409);
}

TEST_F(ServerTest, ShowsListsAndForgetsRuns) {
  start();
  TestClient client(port_);
  client.send(request("POST", "/v1/runs?async=true", kHello));
  EXPECT_EQ(take(client).status, 202);
  const auto run = launched();
  service::FakeExecutor::begin(run);
  const TestAnswer shown = ask(request("GET", "/v1/runs/" + run->id() + "?wait_ms=20"));
  EXPECT_EQ(shown.json().at("state").as_string(), "running");
  EXPECT_TRUE(shown.json().at("status").is_null());
  TestAnswer list = ask(request("GET", "/v1/runs?state=running&limit=1"));
  EXPECT_EQ(list.json().at("runs").as_array().size(), 1U);
  EXPECT_FALSE(list.json().at("runs").at(0).as_object().contains("stdout"));
  EXPECT_TRUE(list.json().at("next").is_null());
  EXPECT_EQ(ask(request("GET", "/v1/runs?state=odd")).status, 422);
  EXPECT_EQ(ask(request("GET", "/v1/runs?limit=0")).status, 422);
  TestClient remover(port_);
  remover.send(request("DELETE", "/v1/runs/" + run->id()));
  obey(run);
  EXPECT_EQ(take(remover).status, 204);
  EXPECT_EQ(ask(request("GET", "/v1/runs/" + run->id())).status, 404);
}

TEST_F(ServerTest, ForgetsARunThatIsNotToBeKept) {
  start();
  TestClient client(port_);
  client.send(request("POST", "/v1/runs", R"({"language":"toy","code":"x","keep":false})"));
  const auto run = launched();
  service::FakeExecutor::end(run);
  EXPECT_EQ(take(client).status, 200);
  EXPECT_EQ(ask(request("GET", "/v1/runs/" + run->id())).status, 404);
}

TEST_F(ServerTest, ChecksHostAndOriginBeforeRouting) {
  start();
  const std::string auth = "Authorization: Bearer " + std::string(kToken) + "\r\n";
  const auto with = [&](std::string_view host, std::string_view more = "") {
    return ask("GET /v1/languages HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" + auth +
               std::string(more) + "\r\n");
  };
  const std::string port = ":" + std::to_string(port_);
  EXPECT_EQ(with("localhost" + port).status, 200);
  EXPECT_EQ(with("evil.test").status, 403);
  EXPECT_EQ(with("127.0.0.1.nip.io" + port).status, 403);
  EXPECT_EQ(with("127.0.0.1:1").status, 403);
  EXPECT_EQ(with("localhost" + port, "Origin: https://evil.test\r\n").status, 403);
  EXPECT_EQ(with("localhost" + port, "Origin: null\r\n").status, 403);
  EXPECT_EQ(with("localhost" + port, "Origin: http://localhost" + port + "\r\n").status, 200);
  EXPECT_EQ(with("localhost" + port, "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(ask("GET /healthz HTTP/1.1\r\nHost: 10.0.0.7\r\n\r\n").status, 200);
}

TEST_F(ServerTest, AnswersPreflightsOfListedOriginsOnly) {
  options_.allowed_origins = {"https://app.example"};
  start();
  const auto preflight = [&](std::string_view origin) {
    return ask("OPTIONS /v1/runs HTTP/1.1\r\nHost: localhost:" + std::to_string(port_) +
               "\r\nOrigin: " + std::string(origin) +
               "\r\nAccess-Control-Request-Method: POST\r\n\r\n");
  };
  const TestAnswer good = preflight("https://app.example");
  EXPECT_EQ(good.status, 204);
  EXPECT_TRUE(good.has_header("Access-Control-Allow-Origin: https://app.example"));
  const TestAnswer bad = preflight("https://evil.test");
  EXPECT_EQ(bad.status, 403);
  EXPECT_EQ(bad.head.find("Access-Control"), std::string::npos);
}

TEST_F(ServerTest, CountsInMetricsAndKeepsSecretsOutOfTheLog) {
  start();
  TestClient client(port_);
  client.send(request("POST", "/v1/runs", R"({"language":"toy","code":"secret-code"})"));
  service::FakeExecutor::end(launched(), 1, "secret-output");
  take(client);
  const std::string text = ask(request("GET", "/metrics")).body;
  EXPECT_NE(text.find(R"(leash_runs_total{cause="exit",language="toy",status="failed"} 1)"),
            std::string::npos);
  EXPECT_NE(text.find(R"(leash_http_requests_total{route="/v1/runs",status="200"} 1)"),
            std::string::npos);
  EXPECT_NE(log_.str().find("method=POST route=/v1/runs status=200"), std::string::npos);
  EXPECT_EQ(log_.str().find("secret"), std::string::npos);
  EXPECT_EQ(log_.str().find(kToken), std::string::npos);
}

TEST_F(ServerTest, ServesEveryAddressAndAUnixSocket) {
  const std::string path = ::testing::TempDir() + "leash-http-test.sock";
  options_.listen = {"127.0.0.1:0", "[::1]:0", "unix:" + path};
  start();
  EXPECT_EQ(server_->ports().size(), 2U);
  EXPECT_NE(server_->ports().at(1), 0);
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  bool stopped = false;
  server_->stop([&] { stopped = true; });
  turn_until([&] { return stopped; });
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST_F(ServerTest, NamesTheAddressThatIsTaken) {
  start();
  Server::Options second = options_;
  second.listen = {"127.0.0.1:" + std::to_string(port_)};
  Server other(second, loop_, *service_);
  const auto started = other.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().object, second.listen[0]);
  second.no_auth = true;
  second.listen = {"0.0.0.0:0"};
  Server open(second, loop_, *service_);
  EXPECT_FALSE(open.start().has_value());
}

TEST_F(ServerTest, StopsWhenTheLastOwedAnswerIsGiven) {
  start();
  TestClient idle(port_);
  TestClient busy(port_);
  busy.send(request("POST", "/v1/runs", kHello));
  const auto run = launched();
  bool stopped = false;
  server_->stop([&] { stopped = true; });
  settle();
  EXPECT_FALSE(stopped);
  EXPECT_FALSE(idle.receive());
  service::FakeExecutor::end(run);
  const TestAnswer answer = take(busy);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.has_header("Connection: close"));
  busy.close();
  turn_until([&] { return stopped; });
}

}  // namespace
}  // namespace leash::http
