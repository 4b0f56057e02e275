#include "run/local/helper_process.h"

#include <poll.h>
#include <spawn.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "base/clock.h"
#include "base/scope_guard.h"
#include "sys/socket_pair.h"

namespace leash::run {

base::Result<HelperProcess::Started> HelperProcess::start(const Options& options) {
  auto sockets = sys::make_socket_pair();
  if (!sockets) return sockets.error();
  constexpr int kChildFd = 3;
  std::vector<std::string> arguments = {
      options.program,   "--state-dir", options.state_dir,       "--resources",
      options.resources, "--client-fd", std::to_string(kChildFd)};
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  char* const no_environment[] = {nullptr};

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const base::ScopeGuard destroy([&] { ::posix_spawn_file_actions_destroy(&actions); });
  // dup2 onto itself takes close-on-exec away too (POSIX.1-2024; glibc does since 2.29).
  ::posix_spawn_file_actions_adddup2(&actions, sockets->second.get(), kChildFd);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, options.program.c_str(), &actions, nullptr, pointers.data(),
                                  no_environment);
  if (error != 0) {
    errno = error;
    return base::system_error("start", options.program);
  }
  auto process = sys::PidFd::open(pid);
  if (!process) return process.error();
  return Started{.process = HelperProcess(std::move(*process)),
                 .socket = std::move(sockets->first)};
}

base::Result<void> HelperProcess::wait(base::Duration patience) const {
  using std::chrono::milliseconds;
  pollfd entry{.fd = process_.fd(), .events = POLLIN, .revents = 0};
  const auto ms = std::chrono::duration_cast<milliseconds>(patience).count();
  const bool ended = ::poll(&entry, 1, static_cast<int>(ms)) == 1;
  if (!ended) static_cast<void>(process_.signal(SIGKILL));
  const auto exit = process_.reap();
  if (!exit) return exit.error();
  if (!ended) return base::plain_error("stop", "the spawner", "it did not end and was killed");
  if (exit->signaled || exit->code != 0) {
    return base::plain_error("stop", "the spawner", "it failed; what it said is on stderr");
  }
  return {};
}

}  // namespace leash::run
