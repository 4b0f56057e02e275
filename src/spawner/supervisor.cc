#include "spawner/supervisor.h"

#include <boost/asio/post.hpp>
#include <csignal>

#include "base/tell.h"
#include "sys/socket_pair.h"

namespace leash::spawner {
namespace {

/// A server that dies so soon after its start, so often in a row, will not get better.
constexpr std::chrono::seconds kQuick{2};
constexpr int kMaxQuickDeaths = 5;

}  // namespace

Supervisor::Supervisor(boost::asio::io_context& loop, boost::asio::signal_set& signals,
                       const Options& options, SlotPool& pool, const protocol::Hello& hello,
                       std::size_t languages, uid_t server_uid)
    : loop_(loop),
      options_(options),
      pool_(pool),
      hello_(hello),
      languages_(languages),
      server_uid_(server_uid),
      signals_(signals) {}

base::Result<void> Supervisor::start() {
  wait_for_signal();
  loop_.poll();  // has one come already?
  if (closing_) return {};
  return options_.client_fd >= 0 ? serve_client() : start_server();
}

base::Result<void> Supervisor::serve_client() {
  link_ = std::make_unique<ServerLink>(loop_, sys::UniqueFd(options_.client_fd), pool_, languages_,
                                       [this] { shut_down(0); });
  return link_->say_hello(hello_);
}

base::Result<void> Supervisor::start_server() {
  auto sockets = sys::make_socket_pair();
  if (!sockets) return sockets.error();
  link_ = std::make_unique<ServerLink>(loop_, std::move(sockets->first), pool_, languages_, [] {
    // Its pidfd tells how it ended, and that is what counts.
  });
  started_ = std::chrono::steady_clock::now();
  auto server = ServerProcess::start(
      loop_,
      {.program = options_.http_program, .config_fd = options_.http_config_fd, .uid = server_uid_},
      std::move(sockets->second), [this](sys::PidFd::Exit exit) { on_server_ended(exit); });
  if (!server) return server.error();
  server_ = std::move(*server);
  return link_->say_hello(hello_);
}

void Supervisor::on_server_ended(sys::PidFd::Exit exit) {
  pool_.end_claimed();
  if (!exit.signaled) return shut_down(exit.code);
  // It was told to end before it could listen.
  if (closing_ && exit.code == SIGTERM) return shut_down(0);
  base::tell("leash: the server process died of signal {}; its runs were ended\n", exit.code);
  const bool quick = std::chrono::steady_clock::now() - started_ < kQuick;
  quick_deaths_ = quick ? quick_deaths_ + 1 : 0;
  if (closing_ || quick_deaths_ >= kMaxQuickDeaths) return shut_down(1);
  // Posted: this is a call of the object that is about to be replaced.
  boost::asio::post(loop_, [this] {
    if (auto started = start_server(); !started) {
      base::tell("leash: {}\n", started.error().message());
      shut_down(1);
    }
  });
}

void Supervisor::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code error, int /*number*/) {
    if (error) return;
    closing_ = true;
    if (server_) {
      server_->signal(SIGTERM);
      wait_for_signal();
    } else {
      shut_down(0);
    }
  });
}

void Supervisor::shut_down(int exit_code) {
  exit_code_ = exit_code;
  boost::asio::post(loop_, [this] {
    link_.reset();
    pool_.end_all([this] { loop_.stop(); });
  });
}

}  // namespace leash::spawner
