#include "runtimes/testing/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill()
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace leash::runtimes::testing {
namespace {

void require(bool is_good, const char* what) {
  if (is_good) return;
  std::perror(what);
  std::abort();
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  require(pipe2(ends.data(), O_CLOEXEC) == 0, "pipe2");
  return ends;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Appends what is there; false at the end.
bool read_some(int fd, std::string& text) {
  std::array<char, 65536> chunk;
  const ssize_t count = read(fd, chunk.data(), chunk.size());
  if (count > 0) text.append(chunk.data(), static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace

Process::Process(const Launch& launch) {
  const auto in = make_pipe();
  const auto out = make_pipe();
  const auto err = make_pipe();
  posix_spawn_file_actions_t actions;
  require(posix_spawn_file_actions_init(&actions) == 0, "posix_spawn_file_actions_init");
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  posix_spawn_file_actions_addchdir_np(&actions, launch.folder.c_str());

  std::vector<std::string> argv = launch.argv;
  std::vector<std::string> environment{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"};
  for (const auto& [name, value] : launch.environment)
    environment.emplace_back(name).append("=").append(value);
  errno = posix_spawn(&pid_, argv.at(0).c_str(), &actions, nullptr, pointers(argv).data(),
                      pointers(environment).data());
  require(errno == 0, argv[0].c_str());
  posix_spawn_file_actions_destroy(&actions);
  for (const int fd : {in[0], out[1], err[1]}) close(fd);
  in_ = in[1];
  out_fd_ = out[0];
  err_fd_ = err[0];
}

Process::~Process() {
  if (!status_) {
    kill(pid_, SIGKILL);
    reap(true);
  }
  for (const int fd : {in_, out_fd_, err_fd_}) {
    if (fd >= 0) close(fd);
  }
}

void Process::write_input(std::string_view text) const {
  require(write(in_, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "write");
}

void Process::close_input() {
  if (in_ >= 0) close(in_);
  in_ = -1;
}

bool Process::poll_output(std::chrono::steady_clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      until - std::chrono::steady_clock::now());
  std::array<pollfd, 2> entries{pollfd{out_fd_, POLLIN, 0}, pollfd{err_fd_, POLLIN, 0}};
  if (left.count() <= 0 ||
      poll(entries.data(), entries.size(), static_cast<int>(left.count())) <= 0) {
    return false;
  }
  if (entries[0].revents != 0 && !read_some(out_fd_, out_)) {
    close(out_fd_);
    out_fd_ = -1;
  }
  if (entries[1].revents != 0 && !read_some(err_fd_, err_)) {
    close(err_fd_);
    err_fd_ = -1;
  }
  return true;
}

std::optional<std::string> Process::read_until(std::string_view end) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!out_.ends_with(end)) {
    if (out_fd_ < 0 || !poll_output(until)) return std::nullopt;
  }
  return out_;
}

void Process::reap(bool may_block) {
  int status = 0;
  if (status_ || waitpid(pid_, &status, may_block ? 0 : WNOHANG) != pid_) return;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Process::is_running() {
  reap(false);
  return !status_;
}

std::optional<int> Process::finish() {
  close_input();
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (out_fd_ >= 0 || err_fd_ >= 0) {
    if (!poll_output(until)) return std::nullopt;
  }
  reap(true);
  return status_;
}

TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "leash-test-XXXXXX").string();
  require(mkdtemp(path_.data()) != nullptr, "mkdtemp");
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TemporaryFolder::write(const std::string& name, std::string_view text) const {
  const std::filesystem::path place = std::filesystem::path(path_) / name;
  std::filesystem::create_directories(place.parent_path());
  std::ofstream(place, std::ios::binary) << text;
}

}  // namespace leash::runtimes::testing
