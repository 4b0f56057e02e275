#include "sandbox/child/prestart.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kernel's signals by raw calls
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

#include "sandbox/child/channel.h"
#include "sandbox/child/clone_in_place.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"

namespace leash::sandbox {
namespace {

using protocol::InitOrder;
using protocol::Step;
using raw::address;

[[noreturn]] void become_runtime(const PrestartEntry& entry, int socket) {
  if (raw::call(SYS_setsid) >= 0 && raw::call(SYS_dup3, socket, kJobFd, 0) >= 0) {
    raw::call(SYS_execve, address(entry.command[0]), address(entry.command),
              address(entry.environment));
  }
  raw::exit(127);
}

enum class Heard { kSpawner, kRuntime };

/// Whoever says something first, or has gone; the spawner, if it is both.
Heard wait_for_either(int socket) {
  pollfd entries[2] = {{.fd = kControlFd, .events = POLLIN, .revents = 0},
                       {.fd = socket, .events = POLLIN, .revents = 0}};
  long ready = 0;
  do {
    ready = raw::call(SYS_poll, address(entries), 2, -1);
  } while (ready == -EINTR);
  return entries[0].revents != 0 ? Heard::kSpawner : Heard::kRuntime;
}

bool begins_with_one_of(std::string_view variable, const char* const* beginnings) {
  for (; *beginnings != nullptr; ++beginnings) {
    if (variable.starts_with(*beginnings)) return true;
  }
  return false;
}

bool holds(const char* const* list, const char* text) {
  for (; *list != nullptr; ++list) {
    if (std::strcmp(*list, text) == 0) return true;
  }
  return false;
}

std::size_t count_of(const char* const* list) {
  std::size_t count = 0;
  while (list[count] != nullptr) ++count;
  return count;
}

/// The runtime has looked at its environment. What it saw must be what the program is to have. And
/// whoever looks at its command line must not miss the arguments of the program.
bool can_stand_in(const ChildPlan& plan, const InitOrder& order, const ExecCommand& command) {
  const ExecEntry& language = plan.languages[order.language];
  const PrestartEntry* own = order.step == Step::kCompile ? language.compile_prestart
                             : order.step == Step::kRun   ? language.run_prestart
                                                          : nullptr;
  if (own != plan.prestart) return false;
  if (order.step == Step::kRun && count_of(command.argv) != count_of(own->command)) return false;
  for (const char* const* variable = command.envp; *variable != nullptr; ++variable) {
    if (begins_with_one_of(*variable, own->start_variables) &&
        !holds(language.environment, *variable)) {
      return false;
    }
  }
  return true;
}

/// Collects texts and sends them in pieces.
class Sender {
 public:
  explicit Sender(int socket) : socket_(socket) {}

  void add(const char* text) {
    // With the zero byte.
    for (std::size_t left = std::strlen(text) + 1; left > 0;) {
      if (size_ == sizeof buffer_) flush();
      const std::size_t piece = left < sizeof buffer_ - size_ ? left : sizeof buffer_ - size_;
      std::memcpy(buffer_ + size_, text, piece);
      size_ += piece;
      text += piece;
      left -= piece;
    }
  }

  /// Whether all has been sent.
  [[nodiscard]] bool finish() {
    flush();
    return good_;
  }

 private:
  void flush() {
    for (std::size_t sent = 0; good_ && sent < size_;) {
      const long result = raw::call(SYS_sendto, socket_, address(buffer_ + sent),
                                    static_cast<long>(size_ - sent), MSG_NOSIGNAL, 0, 0);
      if (result == -EINTR) continue;
      good_ = result >= 0;
      if (good_) sent += static_cast<std::size_t>(result);
    }
    size_ = 0;
  }

  int socket_;
  bool good_ = true;
  std::size_t size_ = 0;
  char buffer_[4096];
};

/// The next of the two bytes that the runtime says; false if it has ended.
bool hears_from_runtime(int socket) {
  char byte = 0;
  long got = 0;
  do {
    got = raw::call(SYS_read, socket, address(&byte), 1);
  } while (got == -EINTR);
  return got == 1;
}

bool send_job(int socket, const ExecCommand& command) {
  char number[24] = {};  // what follows the digits stays zero
  std::to_chars(number, number + sizeof number - 1, count_of(command.argv));
  Sender sender(socket);
  sender.add(number);
  for (const char* const* text = command.argv; *text != nullptr; ++text) sender.add(*text);
  for (const char* const* text = command.envp; *text != nullptr; ++text) sender.add(*text);
  return sender.finish() && raw::call(SYS_shutdown, socket, SHUT_WR) >= 0 &&
         hears_from_runtime(socket);
}

void end(int pid) {
  raw::call(SYS_kill, pid, SIGKILL);
  long result = 0;
  do {
    result = raw::call(SYS_wait4, pid, 0, 0, 0);
  } while (result == -EINTR);
}

}  // namespace

Prestarted start_ahead(const PrestartEntry& entry) {
  int ends[2] = {-1, -1};
  const long made =
      raw::call(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, address(ends));
  if (made < 0) fail(kControlFd, SetupStep::kFork, made);
  const long pid = leash_clone_in_place(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0);
  if (pid == 0) become_runtime(entry, ends[1]);
  if (pid < 0) fail(kControlFd, SetupStep::kFork, pid);
  raw::close(ends[1]);
  if (wait_for_either(ends[0]) == Heard::kSpawner) raw::exit(0);  // it has gone
  if (!hears_from_runtime(ends[0])) fail(kControlFd, SetupStep::kExecute, -ECHILD);
  return {.pid = static_cast<int>(pid), .socket = ends[0]};
}

void wait_for_job(const Prestarted& prestarted) {
  if (wait_for_either(prestarted.socket) == Heard::kSpawner) return;
  // The slot may be claimed at this moment: then the command is executed.
  report_failure(kControlFd, SetupStep::kExecute, -ECHILD);
}

bool hand_job_over(const ChildPlan& plan, const Prestarted& prestarted, const InitOrder& order,
                   const ExecCommand& command) {
  const bool handed = can_stand_in(plan, order, command) && send_job(prestarted.socket, command);
  if (!handed) end(prestarted.pid);
  raw::close(prestarted.socket);
  return handed;
}

}  // namespace leash::sandbox
