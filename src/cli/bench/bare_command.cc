#include "cli/bench/bare_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <future>

#include "base/scope_guard.h"
#include "sys/file.h"

namespace leash::cli {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kFirstOutput{10'000};

/// The program's path: below the folder it runs in, or Debian's.
std::string path_of(const std::string& word) {
  return word.starts_with("./") ? word : "/usr/bin/" + word;
}

bool is_there(const std::vector<std::string>& words) {
  return words.empty() || words.front().starts_with("./") ||
         ::access(path_of(words.front()).c_str(), X_OK) == 0;
}

base::Result<void> write_source(const std::string& path, std::string_view code) {
  const sys::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.is_open()) return base::system_error("open", path);
  return sys::write_all(file.get(), code);
}

unsigned usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(CPU_COUNT(&set));
}

/// Runs a second of one loop.
base::Result<double> loop_rate(const BareCommand& command, base::Duration time) {
  const auto begin = Clock::now();
  auto now = begin;
  unsigned count = 0;
  for (; now - begin < time; now = Clock::now(), ++count) {
    if (const auto run = command.run(); !run) return run.error();
  }
  return count / std::chrono::duration<double>(now - begin).count();
}

}  // namespace

base::Result<std::optional<BareCommand>> BareCommand::prepare(const Program& program,
                                                              std::string_view code,
                                                              std::string folder) {
  if (!is_there(program.compile) || !is_there(program.run)) return std::optional<BareCommand>();
  std::vector<std::string> words = program.run;
  std::string text = fmt::format("{}", fmt::join(program.run, " "));
  if (!program.compile.empty()) text += fmt::format(" ({})", program.compile.front());
  if (program.compile.empty()) {
    words.emplace_back(code);
  } else {
    const std::string source = fmt::format("{}/{}", folder, program.source);
    if (const auto written = write_source(source, code); !written) return written.error();
    if (const auto compiled = BareCommand(program.compile, folder, "").run(); !compiled) {
      return compiled.error();
    }
  }
  return BareCommand(std::move(words), std::move(folder), std::move(text));
}

base::Result<BareCommand::Started> BareCommand::start(int stdout_fd) const {
  const std::string path = path_of(words_.front());
  std::vector<std::string> words = words_;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  const base::ScopeGuard destroy([&] {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  });
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawn_file_actions_addchdir_np(&actions, folder_.c_str());
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (stdout_fd < 0) {
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  } else {
    ::posix_spawn_file_actions_adddup2(&actions, stdout_fd, STDOUT_FILENO);
  }
  pid_t pid = -1;
  const int error =
      ::posix_spawn(&pid, path.c_str(), &actions, &attributes, arguments.data(), environ);
  if (error != 0) {
    errno = error;
    return base::system_error("start", path);
  }
  auto process = sys::PidFd::open(pid);
  if (!process) return process.error();
  return Started{.pid = pid, .process = std::move(*process)};
}

base::Result<void> BareCommand::run() const {
  const auto started = start(-1);
  if (!started) return started.error();
  const auto exit = started->process.reap();
  if (!exit) return exit.error();
  if (!exit->signaled && exit->code == 0) return {};
  return base::plain_error(
      "run", words_.front(),
      fmt::format("{} {}", exit->signaled ? "it was ended by signal" : "its exit code was",
                  exit->code));
}

base::Result<BareCommand::Started> BareCommand::start_and_read() const {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe2");
  sys::UniqueFd read_end(ends[0]);
  sys::UniqueFd write_end(ends[1]);
  auto started = start(write_end.get());
  write_end.reset();
  if (!started) return started.error();
  pollfd entry{.fd = read_end.get(), .events = POLLIN, .revents = 0};
  if (::poll(&entry, 1, kFirstOutput.count()) == 1 && (entry.revents & POLLIN) != 0) {
    started->output = std::move(read_end);
    return started;
  }
  static_cast<void>(started->process.signal(SIGKILL));
  static_cast<void>(started->process.reap());
  return base::plain_error("run", words_.front(), "it printed nothing");
}

base::Result<double> runs_per_second(const BareCommand& command, base::Duration time) {
  std::vector<std::future<base::Result<double>>> loops;
  for (unsigned i = 0; i < usable_cores(); ++i) {
    loops.push_back(std::async(std::launch::async, &loop_rate, std::cref(command), time));
  }
  double sum = 0;
  for (auto& loop : loops) {
    const auto rate = loop.get();
    if (!rate) return rate.error();
    sum += *rate;
  }
  return sum;
}

}  // namespace leash::cli
