#include "spawner/server_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

namespace leash::spawner {
namespace {

/// In the child. Plain calls only between fork and exec; the texts were made before.
[[noreturn]] void become_server(const char* program, char* const* arguments, int socket,
                                int config) {
  // Its own session: a Ctrl-C at the terminal reaches it once, through the spawner.
  ::setsid();
  ::fcntl(socket, F_SETFD, 0);
  ::fcntl(config, F_SETFD, 0);
  char* const no_environment[] = {nullptr};
  ::execve(program, arguments, no_environment);
  ::_exit(127);
}

}  // namespace

base::Result<std::unique_ptr<ServerProcess>> ServerProcess::start(
    boost::asio::io_context& loop, const Options& options, sys::UniqueFd socket,
    std::function<void(sys::PidFd::Exit)> ended) {
  std::string arguments[] = {options.program, "http",
                             "--config-fd",   std::to_string(options.config_fd),
                             "--spawner-fd",  std::to_string(socket.get()),
                             "--uid",         std::to_string(options.uid)};
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return base::system_error("fork", "the server process");
  if (pid == 0) {
    become_server(options.program.c_str(), pointers.data(), socket.get(), options.config_fd);
  }
  auto process = sys::PidFd::open(pid);
  if (!process) return process.error();
  return std::unique_ptr<ServerProcess>(
      new ServerProcess(loop, std::move(*process), std::move(ended)));
}

ServerProcess::ServerProcess(boost::asio::io_context& loop, sys::PidFd process,
                             std::function<void(sys::PidFd::Exit)> ended)
    : process_(std::move(process)), watch_(loop, process_.fd()) {
  watch_.once(async::FdWatch::For::kRead, [this, ended = std::move(ended)] {
    const auto exit = process_.reap();
    reaped_ = true;
    ended(exit ? *exit : sys::PidFd::Exit{.signaled = true, .code = SIGKILL});
  });
}

ServerProcess::~ServerProcess() {
  if (reaped_) return;
  static_cast<void>(process_.signal(SIGKILL));
  static_cast<void>(process_.reap());
}

void ServerProcess::signal(int number) const {
  static_cast<void>(process_.signal(number));
}

}  // namespace leash::spawner
