#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <chrono>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/server.h"
#include "service/fake_catalog.h"
#include "service/fake_executor.h"
#include "service/service.h"
#include "sys/fd.h"

namespace leash::http {

/// For tests: a client's socket, never blocking, with all that it received.
class TestClient {
 public:
  explicit TestClient(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* plain = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket_.get(), plain, sizeof address) != 0) ADD_FAILURE() << "connect";
  }

  void send(std::string_view bytes) const {
    ASSERT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// Takes what is there. False at the end of the stream.
  bool receive() {
    char bytes[65536];
    for (;;) {
      const ssize_t size = ::recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
      if (size > 0) {
        received_.append(bytes, static_cast<std::size_t>(size));
        continue;
      }
      if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
      return !(closed_ = true);
    }
  }
  void half_close() const { ::shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_.reset(); }
  void reset() {
    const linger hard{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    socket_.reset();
  }

  std::string received_;
  bool closed_ = false;

 private:
  sys::UniqueFd socket_;
};

/// For tests: an answer taken from the front of what a client received.
struct TestAnswer {
  int status = 0;
  std::string head;
  std::string body;

  [[nodiscard]] bool has_header(std::string_view line) const {
    return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
  }
  [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
  [[nodiscard]] std::string code() const {
    const auto value = json();
    const auto& text = value.at("code").as_string();
    return {text.data(), text.size()};
  }
};

/// A server on a free port, in front of the real service and an executor without processes, all on
/// a loop that the test turns.
class ServerTest : public ::testing::Test {
 protected:
  static constexpr std::string_view kToken = "a-token-for-tests";

  ServerTest() {
    options_.listen = {"127.0.0.1:0"};
    options_.token = kToken;
    options_.catalog = catalog_;
    options_.access_log = std::make_shared<spdlog::logger>(
        "access", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_));
  }
  ~ServerTest() override {
    server_.reset();
    service_.reset();
  }

  void start() {
    service_ =
        std::make_unique<service::Service>(service_options_, loop_, executor_, catalog_, clock_);
    bool probed = false;
    service_->probe_languages([&] { probed = true; });
    turn_until([&] { return probed; });
    server_ = std::make_unique<Server>(options_, loop_, *service_);
    const auto started = server_->start();
    ASSERT_TRUE(started.has_value()) << started.error().message();
    port_ = server_->ports().at(0);
    launched_before_ = executor_.launched_.size();
  }

  template <typename F>
  void turn_until(F is_true) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_true()) {
      if (std::chrono::steady_clock::now() > give_up) {
        FAIL() << "it did not become true";
      }
      if (loop_.stopped()) loop_.restart();
      if (loop_.poll() == 0) loop_.run_one_for(std::chrono::milliseconds(1));
    }
  }
  /// Lets the server see what has been sent; for proving that nothing happens.
  void settle() {
    for (int i = 0; i < 20; ++i) {
      if (loop_.stopped()) loop_.restart();
      loop_.poll();
      loop_.run_one_for(std::chrono::milliseconds(1));
    }
  }

  [[nodiscard]] std::string head(std::string_view method, std::string_view path,
                                 std::string_view more = "") const {
    return std::string(method) + " " + std::string(path) +
           " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\nAuthorization: Bearer " +
           std::string(kToken) + "\r\n" + std::string(more);
  }
  [[nodiscard]] std::string request(std::string_view method, std::string_view path,
                                    std::string_view body = "", std::string_view more = "") const {
    std::string text = head(method, path, more);
    if (!body.empty()) {
      if (more.find("Content-Type") == std::string_view::npos) {
        text += "Content-Type: application/json\r\n";
      }
      text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return text + "\r\n" + std::string(body);
  }

  /// Takes one answer with a Content-Length off the client's bytes.
  TestAnswer take(TestClient& client, bool head_only = false) {
    TestAnswer answer;
    turn_until([&] {
      client.receive();
      return parse(client, answer, head_only) || client.closed_;
    });
    return answer;
  }
  TestAnswer ask(std::string_view bytes) {
    TestClient client(port_);
    client.send(bytes);
    return take(client);
  }
  /// Everything until the server closes.
  std::string take_all(TestClient& client) {
    turn_until([&] { return !client.receive(); });
    return client.received_;
  }

  /// The newest run that the executor got; waits for it.
  run::RunPtr launched(std::size_t count = 1) {
    turn_until([&] { return executor_.launched_.size() >= launched_before_ + count; });
    return executor_.launched_.back();
  }
  /// What a real executor does: obeys the token.
  void obey(const run::RunPtr& run) {
    turn_until([&] { return run->token().is_cancelled(); });
    executor_.kill(run);
  }

  base::SystemClock clock_;
  boost::asio::io_context loop_{1};
  std::ostringstream log_;
  std::shared_ptr<const runtimes::Catalog> catalog_ = service::fake_catalog();
  service::FakeExecutor executor_{loop_, clock_};
  service::Service::Options service_options_;
  Server::Options options_;
  std::unique_ptr<service::Service> service_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::size_t launched_before_ = 0;

 private:
  static bool parse(TestClient& client, TestAnswer& answer, bool head_only) {
    const auto end = client.received_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    answer.head = client.received_.substr(0, end + 2);
    answer.status = std::stoi(answer.head.substr(9, 3));
    std::size_t length = 0;
    const auto field = answer.head.find("Content-Length: ");
    if (!head_only && field != std::string::npos)
      length = std::stoul(answer.head.substr(field + 16));
    if (client.received_.size() < end + 4 + length) return false;
    answer.body = client.received_.substr(end + 4, length);
    client.received_.erase(0, end + 4 + length);
    return true;
  }
};

}  // namespace leash::http
