#include "cli/bench/private_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <vector>

#include "cli/client/line_splitter.h"
#include "sys/file.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {

constexpr int kStopPatienceMs = 30'000;
constexpr std::string_view kReady = " is ready: ";

/// The environment without what configures leash.
std::vector<char*> plain_environment() {
  std::vector<char*> kept;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("LEASH_")) kept.push_back(*variable);
  }
  kept.push_back(nullptr);
  return kept;
}

/// In the child: system calls only, and no way back.
[[noreturn]] void become(char* const* words, char* const* environment, int output, int log,
                         pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup3(nothing, STDIN_FILENO, 0);
  ::dup3(output, STDOUT_FILENO, 0);
  ::dup3(log, STDERR_FILENO, 0);
  ::execve(words[0], words, environment);
  ::_exit(127);
}

}  // namespace

base::Result<std::unique_ptr<PrivateServer>> PrivateServer::start(const Resources& resources) {
  auto folder = TemporaryFolder::make();
  if (!folder) return folder.error();
  const std::string log_path = folder->path() + "/log";
  const sys::UniqueFd log(::open(log_path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!log.is_open()) return base::system_error("open", log_path);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe2");
  sys::UniqueFd read_end(ends[0]);
  const sys::UniqueFd write_end(ends[1]);
  std::vector<std::string> words = {resources.program, "serve",       "--state-dir", folder->path(),
                                    "--listen",        "127.0.0.1:0", "--drain-ms",  "0"};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::vector<char*> environment = plain_environment();
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) {
    become(arguments.data(), environment.data(), write_end.get(), log.get(), parent);
  }
  auto process = sys::PidFd::open(pid);
  if (!process) return process.error();
  return std::unique_ptr<PrivateServer>(
      new PrivateServer(*std::move(folder), pid, *std::move(process), std::move(read_end)));
}

PrivateServer::~PrivateServer() {
  if (!stopped_) static_cast<void>(stop());
}

asio::awaitable<base::Result<ServerAddress>> PrivateServer::ready() {
  asio::posix::stream_descriptor output(co_await asio::this_coro::executor, output_.release());
  LineSplitter lines;
  std::array<char, 1024> piece{};
  while (true) {
    auto [failed, size] =
        co_await output.async_read_some(asio::buffer(piece), asio::as_tuple(asio::use_awaitable));
    if (failed) co_return why_it_ended();
    lines.feed({piece.data(), size});
    while (const auto line = lines.next()) {
      const std::size_t mark = line->find(kReady);
      if (mark == std::string::npos) continue;
      // It goes on printing where it can: its end of the pipe outlives ours.
      output_ = sys::UniqueFd(output.release());
      co_return parse_server(std::string_view(*line).substr(mark + kReady.size()));
    }
  }
}

base::Error PrivateServer::why_it_ended() const {
  auto log = sys::read_file(folder_.path() + "/log");
  if (!log) return log.error();
  constexpr std::string_view kOwnName = "leash: ";
  std::string said = *std::move(log);
  while (said.ends_with('\n')) said.pop_back();
  said.erase(0, said.rfind('\n') + 1);  // the last line is the reason
  if (said.starts_with(kOwnName)) said.erase(0, kOwnName.size());
  return base::plain_error("start a server", "", said.empty() ? "it ended and said nothing" : said);
}

base::Result<void> PrivateServer::stop() {
  stopped_ = true;
  if (const auto told = process_.signal(SIGTERM); !told) return told.error();
  pollfd entry{.fd = process_.fd(), .events = POLLIN, .revents = 0};
  const bool ended = ::poll(&entry, 1, kStopPatienceMs) == 1;
  if (!ended) static_cast<void>(process_.signal(SIGKILL));
  const auto exit = process_.reap();
  if (!exit) return exit.error();
  if (!ended) return base::plain_error("stop the server", "", "it did not end and was killed");
  if (exit->signaled || exit->code != 0) return why_it_ended();
  return {};
}

}  // namespace leash::cli
