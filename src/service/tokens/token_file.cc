#include "service/tokens/token_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/scope_guard.h"
#include "sys/file.h"

namespace leash::service {
namespace {

constexpr const char* kName = "tokens";

bool has_name(const std::vector<TokenEntry>& entries, const std::string& name) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const TokenEntry& entry) { return entry.tenant.name == name; });
}

}  // namespace

base::Result<TokenFile> TokenFile::open(int state_dir, For what) {
  const int mode = what == For::kWriting ? O_RDWR | O_APPEND : O_RDONLY;
  auto fd = sys::open_at(state_dir, kName, mode | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (!fd) return fd.error();
  struct stat info {};
  if (::fstat(fd->get(), &info) != 0) return base::system_error("fstat", kName);
  if (!S_ISREG(info.st_mode)) return base::plain_error("open", kName, "is no regular file");
  if (info.st_uid != ::geteuid() || (info.st_mode & 077U) != 0) {
    return base::plain_error("open", kName, "others can get at it: make it yours with mode 0600");
  }
  return TokenFile(*std::move(fd));
}

base::Result<std::vector<TokenEntry>> TokenFile::read() const {
  const auto text = sys::read_from_start(fd_.get(), kName);
  if (!text) return text.error();
  return read_tokens(*text);
}

base::Result<std::vector<TokenEntry>> TokenFile::lock_and_read() {
  if (auto locked = sys::lock_file(fd_.get(), kName); !locked) return locked.error();
  auto text = sys::read_from_start(fd_.get(), kName);
  if (!text) return text.error();
  // Whoever wrote last may have died in the middle of a line.
  const std::size_t whole = text->rfind('\n') == std::string::npos ? 0 : text->rfind('\n') + 1;
  if (whole != text->size() && ::ftruncate(fd_.get(), static_cast<off_t>(whole)) != 0) {
    return base::system_error("truncate", kName);
  }
  text->resize(whole);
  if (whole == 0) {
    if (auto written = append(std::string(kTokenFileHead)); !written) return written.error();
  }
  return read_tokens(*text);
}

base::Result<void> TokenFile::append(const std::string& line) {
  const ssize_t written = ::write(fd_.get(), line.data(), line.size());
  if (written < 0) return base::system_error("write", kName);
  if (static_cast<std::size_t>(written) != line.size()) {
    return base::plain_error("write", kName, "not all of it was written: is the disk full?");
  }
  if (::fsync(fd_.get()) != 0) return base::system_error("fsync", kName);
  return {};
}

base::Result<void> TokenFile::add(const TokenEntry& entry) {
  const base::ScopeGuard unlock([this] { ::flock(fd_.get(), LOCK_UN); });
  const auto entries = lock_and_read();
  if (!entries) return entries.error();
  if (has_name(*entries, entry.tenant.name)) {
    return base::plain_error("add a token", entry.tenant.name, "there is one of this name already");
  }
  return append(line_to_add(entry));
}

base::Result<void> TokenFile::remove(const std::string& name) {
  const base::ScopeGuard unlock([this] { ::flock(fd_.get(), LOCK_UN); });
  const auto entries = lock_and_read();
  if (!entries) return entries.error();
  if (!has_name(*entries, name)) {
    return base::plain_error("remove a token", name, "there is none of this name");
  }
  return append(line_to_remove(name));
}

}  // namespace leash::service
