#include "spawner/zygote.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <span>
#include <vector>

#include "protocol/channel.h"
#include "spawner/slot_kind.h"
#include "sys/memfd.h"
#include "zygote/birth.h"
#include "zygote/command_image.h"

namespace leash::spawner {
namespace {

constexpr int kForkPatienceMs = 1'000;
/// Room in the process's title for the command line of a run.
constexpr std::size_t kTitleRoom = 1024;
/// Else each of its copies would look up, for itself, the functions that the zygote never called.
constexpr const char* kBindNow = "LD_BIND_NOW=1";

/// In the child. Plain calls only; the texts were made before.
[[noreturn]] void become_zygote(char* const* arguments, const char* const* environment,
                                std::span<const int> inherited) {
  ::setsid();
  for (const int fd : inherited) ::fcntl(fd, F_SETFD, 0);
  ::execve(arguments[0], arguments, const_cast<char* const*>(environment));
  ::_exit(127);
}

/// What only a zygote with an interpreter is told.
void add_interpreter_words(const Zygote::Program& program, const sandbox::ExecEntry& entry,
                           std::vector<std::string>& words) {
  words.insert(words.end(), {"--language", std::to_string(program.language), "--title-room",
                             std::string(kTitleRoom, '.')});
  for (const std::string& module : program.preload) {
    words.insert(words.end(), {"--preload", module});
  }
  words.emplace_back("--");
  for (const char* const* word = entry.run; *word != nullptr; ++word) words.emplace_back(*word);
}

}  // namespace

base::Result<std::unique_ptr<Zygote>> Zygote::start(boost::asio::io_context& loop,
                                                    const sandbox::LaunchContext& context,
                                                    const Program& program,
                                                    std::function<void(base::Result<void>)> news) {
  auto sockets = sys::make_socket_pair();
  if (!sockets) return sockets.error();
  const auto filter =
      sys::make_sealed_memfd("leash-filter", {reinterpret_cast<const char*>(context.filter.data()),
                                              context.filter.size() * sizeof(sock_filter)});
  if (!filter) return filter.error();
  const bool is_bare = program.language == kNoLanguage;
  sys::UniqueFd commands;
  if (is_bare) {
    auto image =
        sys::make_sealed_memfd("leash-commands", zygote::make_command_image(context.languages));
    if (!image) return image.error();
    commands = std::move(*image);
  }
  const sandbox::ExecEntry entry =
      is_bare ? sandbox::ExecEntry() : context.languages.at(program.language);
  std::vector<std::string> words = {context.root + program.path,
                                    "--socket",
                                    std::to_string(sockets->second.get()),
                                    "--filter",
                                    std::to_string(filter->get()),
                                    "--root",
                                    context.root};
  if (is_bare) {
    words.insert(words.end(), {"--commands", std::to_string(commands.get())});
  } else {
    add_interpreter_words(program, entry, words);
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<const char*> environment;
  for (const char* const* item = entry.environment; item != nullptr && *item != nullptr; ++item) {
    environment.push_back(*item);
  }
  environment.push_back(kBindNow);
  environment.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return base::system_error("fork", program.path);
  if (pid == 0) {
    const int inherited[] = {sockets->second.get(), filter->get(), commands.get()};
    become_zygote(arguments.data(), environment.data(), inherited);
  }
  sockets->second.reset();
  auto process = sys::PidFd::open(pid);
  if (!process) return process.error();
  std::unique_ptr<Zygote> zygote(
      new Zygote(loop, pid, std::move(*process), std::move(sockets->first)));
  zygote->watch(std::move(news));
  return zygote;
}

void Zygote::watch(std::function<void(base::Result<void>)> news) {
  // All its other answers are taken by those who have asked: what comes here later is its end.
  watch_.once(async::FdWatch::For::kRead, [this, news = std::move(news)] {
    const auto answer = wait_for_answer(0);
    if (answer) watch(news);
    news(answer ? base::Result<void>() : answer.error());
  });
}

Zygote::~Zygote() {
  static_cast<void>(process_.signal(SIGKILL));
  static_cast<void>(process_.reap());
  // It may have forked a slot and died before it could say so. What is reaped here of the others,
  // by those who know them, was dead as well.
  while (::waitpid(-group_, nullptr, WNOHANG) > 0) {
  }
}

base::Error Zygote::lose(base::Error why) {
  is_lost_ = true;
  return why;
}

base::Result<sys::UniqueFd> Zygote::wait_for_answer(int patience_ms) {
  pollfd entry{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&entry, 1, patience_ms) != 1) {
    return lose(base::plain_error("wait for the zygote", "", "it does not answer"));
  }
  zygote::Born born;
  auto received = sys::receive_message(socket_.get(), std::as_writable_bytes(std::span(&born, 1)));
  if (!received) return lose(received.error());
  if (received->size != sizeof born) {
    return lose(base::plain_error("wait for the zygote", "", "it has ended"));
  }
  if (born.error != 0) {
    return base::Error("clone3", "a slot's first process", born.error, "");
  }
  if (received->fds_lost) {
    return lose(base::Error("recvmsg", "a slot's first process", EMFILE, ""));
  }
  return received->fds.empty() ? sys::UniqueFd() : std::move(received->fds.front());
}

base::Result<sys::PidFd> Zygote::fork_slot(const sandbox::ChildPlan& plan, int leaf) {
  std::vector<int> fds = {plan.control,   plan.status,    plan.stdin_fd,
                          plan.stdout_fd, plan.stderr_fd, plan.box};
  if (leaf >= 0) fds.push_back(leaf);
  if (plan.network >= 0) fds.push_back(plan.network);
  fds.insert(fds.end(), plan.attach, plan.attach + plan.attach_count);
  const zygote::Birth birth{.uid = plan.uid,
                            .in_leaf = leaf >= 0 ? 1U : 0U,
                            .in_network = plan.network >= 0 ? 1U : 0U,
                            .attach = static_cast<std::uint32_t>(plan.attach_count),
                            .layers = plan.layers};
  // Keeps a place for the pidfd: without it nobody could reap the process that was made.
  auto place = sys::duplicate(socket_.get());
  if (!place) return place.error();
  if (auto sent = protocol::send(socket_.get(), birth, fds); !sent) return lose(sent.error());
  place->reset();
  auto pidfd = wait_for_answer(kForkPatienceMs);
  if (!pidfd) return pidfd.error();
  if (!pidfd->is_open()) {
    return lose(base::plain_error("fork", "zygote", "it answered without a pidfd"));
  }
  return sys::PidFd(std::move(*pidfd));
}

}  // namespace leash::spawner
