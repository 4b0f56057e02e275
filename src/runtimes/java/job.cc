#include "runtimes/java/job.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace leash::java {
namespace {

constexpr int kJobFd = 3;

/// One byte: that it waits, or that it has all.
bool tell() {
  return ::write(kJobFd, ".", 1) == 1;
}

std::string receive() {
  std::string all;
  std::array<char, 65536> piece;
  while (true) {
    const ssize_t size = ::read(kJobFd, piece.data(), piece.size());
    if (size == 0) return all;
    if (size > 0) {
      all.append(piece.data(), static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      return {};
    }
  }
}

std::vector<std::string> split(std::string_view all) {
  std::vector<std::string> texts;
  for (std::size_t end = 0; (end = all.find('\0')) != std::string_view::npos;) {
    texts.emplace_back(all.substr(0, end));
    all.remove_prefix(end + 1);
  }
  return texts;
}

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

void take_environment(const std::vector<std::string>& variables) {
  ::clearenv();
  for (const std::string& variable : variables) {
    const std::string name(name_of(variable));
    if (name.size() < variable.size())
      ::setenv(name.c_str(), variable.c_str() + name.size() + 1, 1);
  }
}

}  // namespace

std::vector<std::string> wait_for_job() {
  if (!tell()) return {};
  std::vector<std::string> texts = split(receive());
  std::size_t count = 0;
  if (!texts.empty()) {
    std::from_chars(texts[0].data(), texts[0].data() + texts[0].size(), count);
  }
  if (count == 0 || count >= texts.size()) return {};
  take_environment({texts.begin() + 1 + static_cast<std::ptrdiff_t>(count), texts.end()});
  texts.resize(1 + count);
  texts.erase(texts.begin());
  if (!tell()) return {};
  ::close(kJobFd);
  return texts;
}

}  // namespace leash::java
