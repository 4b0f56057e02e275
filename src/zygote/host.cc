#include "zygote/host.h"

#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include "sandbox/child/channel.h"
#include "sandbox/child/clone.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/warm.h"
#include "zygote/birth.h"
#include "zygote/command_image.h"
#include "zygote/root.h"
#include "zygote/run_pages.h"

extern char** environ;

namespace leash::zygote {
namespace {

using sandbox::ChildPlan;
using sandbox::ExecEntry;
using sandbox::kMaxLanguages;
namespace raw = sandbox::raw;

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "leash zygote: %s: %s\n", what, std::strerror(errno));
  std::_Exit(1);
}

/// The descriptors of one request, closed when it has been served.
struct Request {
  Birth birth;
  std::array<int, sandbox::kMaxReceivedFds> fds{};
  std::size_t count = 0;

  [[nodiscard]] int fd(BirthFd which) const { return fds[static_cast<std::size_t>(which)]; }
  void close() const {
    for (std::size_t i = 0; i < count; ++i) ::close(fds[i]);
  }
};

/// False at the end of the socket, and for anything that is no request: the spawner starts another.
bool receive(int socket, Request& request) {
  if (!sandbox::receive_with_fds(socket, &request.birth, sizeof request.birth, request.fds.data(),
                                 request.count)) {
    return false;
  }
  return request.birth.attach <= kMaxAttach && request.birth.in_leaf <= 1 &&
         request.birth.in_network <= 1 &&
         request.count ==
             kBirthFds + request.birth.in_leaf + request.birth.in_network + request.birth.attach;
}

void answer(int socket, int error, int pidfd) {
  const Born born{.error = error};
  if (sandbox::send_with_fd(socket, &born, sizeof born, pidfd) < 0) std::_Exit(0);
}

/// What the process says that is being born, in the zygote's memory: it is a while until that
/// process has a program of its own, which the spawner need not wait for.
struct Announcement {
  int socket = -1;
  volatile bool made = false;
};
Announcement announcement;

/// In that process, which cannot be given its pidfd: it opens one.
void announce() {
  const long self = raw::call(SYS_getpid);
  const long pidfd = raw::call(SYS_pidfd_open, self, 0);
  if (pidfd < 0) return;
  const Born born{};
  const int fd = static_cast<int>(pidfd);
  announcement.made = sandbox::send_with_fd(announcement.socket, &born, sizeof born, fd) >= 0;
  raw::close(fd);
}

RunPages run_pages;
void (*prepare_interpreter)() = nullptr;

/// What the kernel gives each program that it starts, and copies of one process would share.
void renew_random_bytes() {
  auto* const bytes = reinterpret_cast<void*>(::getauxval(AT_RANDOM));
  if (bytes != nullptr && ::getrandom(bytes, 16, 0) != 16) std::_Exit(1);
}

void prepare() {
  run_pages.take();
  renew_random_bytes();
  prepare_interpreter();
}

/// The content of a memfd, for the rest of this process's life.
std::string_view map_file(int fd, const char* what) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || info.st_size <= 0) die(what);
  const auto size = static_cast<std::size_t>(info.st_size);
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapped == MAP_FAILED) die(what);
  return {static_cast<const char*>(mapped), size};
}

/// Takes it out of the environment, and out of what /proc/self/environ shows.
void forget_variable(const char* name) {
  char* value = ::getenv(name);
  if (value == nullptr) return;
  char* variable = value - std::strlen(name) - 1;
  const std::size_t size = std::strlen(variable);
  ::unsetenv(name);
  std::memset(variable, 0, size);
}

/// `program` is null where programs are executed.
[[noreturn]] void serve_requests(const Options& options, std::span<const ExecEntry> languages,
                                 const sandbox::WarmProgram* program) {
  const std::string_view filter = map_file(options.filter, "the system call filter");
  const char* const root = enter_root(options.root);
  if (::prctl(PR_SET_DUMPABLE, 0) != 0) die("prctl");
  answer(options.socket, 0, -1);
  Request request;
  while (receive(options.socket, request)) {
    const int* rest = request.fds.data() + kBirthFds;
    const int leaf = request.birth.in_leaf != 0 ? *rest++ : -1;
    const int network = request.birth.in_network != 0 ? *rest++ : -1;
    const ChildPlan plan{
        .control = request.fd(BirthFd::kControl),
        .status = request.fd(BirthFd::kStatus),
        .stdin_fd = request.fd(BirthFd::kStdin),
        .stdout_fd = request.fd(BirthFd::kStdout),
        .stderr_fd = request.fd(BirthFd::kStderr),
        .attach = rest,
        .attach_count = request.birth.attach,
        .box = request.fd(BirthFd::kBox),
        .network = network,
        .root = root,
        .uid = request.birth.uid,
        .filter = reinterpret_cast<const sock_filter*>(filter.data()),
        .filter_size = static_cast<std::uint16_t>(filter.size() / sizeof(sock_filter)),
        .languages = languages.data(),
        .language_count = languages.size(),
        .warm = program,
        .layers = request.birth.layers};
    int pidfd = -1;
    announcement.made = false;
    const long pid = sandbox::clone_init(plan, leaf, sandbox::Parent::kParentOfCaller, pidfd);
    if (!announcement.made) answer(options.socket, pid < 0 ? static_cast<int>(-pid) : 0, pidfd);
    // The memory was the init's too, which had to be dumpable for a moment.
    if (::prctl(PR_SET_DUMPABLE, 0) != 0) die("prctl");
    if (pidfd >= 0) ::close(pidfd);
    request.close();
  }
  std::_Exit(0);
}

}  // namespace

Options read_options(int argc, char** argv) {
  // A server that was started in the background ignores some signals, which the interpreter would
  // keep for its programs.
  for (int number = 1; number <= 64; ++number) std::signal(number, SIG_DFL);
  forget_variable("LD_BIND_NOW");  // for the zygote's own start, not for what runs in its copies
  Options options{.language = kMaxLanguages, .environment = environ};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--") {
      options.command = argv + i + 1;
      break;
    }
    const char* value = argv[i + 1];
    if (name == "--socket") options.socket = std::atoi(value);
    if (name == "--filter") options.filter = std::atoi(value);
    if (name == "--commands") options.commands = std::atoi(value);
    if (name == "--root") options.root = value;
    if (name == "--preload") options.preload.push_back(value);
    if (name == "--language") options.language = static_cast<std::size_t>(std::atoi(value));
  }
  const bool has_command = options.language < kMaxLanguages && options.command != nullptr;
  if (options.socket < 0 || options.filter < 0 || options.root == nullptr ||
      has_command == (options.commands >= 0)) {
    std::fputs("leash zygote: started by leash-spawner, and by nobody else\n", stderr);
    std::_Exit(2);
  }
  return options;
}

void serve(const Options& options, const Interpreter& interpreter) {
  announcement.socket = options.socket;
  prepare_interpreter = interpreter.prepare;
  run_pages.learn(interpreter.rehearse);
  const sandbox::WarmProgram program{
      .born = announce, .prepare = prepare, .become = interpreter.become};
  // Of all languages, the slots of this zygote run one; the others' places stay empty.
  static ExecEntry languages[kMaxLanguages];
  languages[options.language] = {.run = options.command, .environment = options.environment};
  serve_requests(options, std::span(languages).first(options.language + 1), &program);
}

void serve_any_command(const Options& options) {
  const CommandTable commands(map_file(options.commands, "the commands"));
  serve_requests(options, commands.entries(), nullptr);
}

}  // namespace leash::zygote
