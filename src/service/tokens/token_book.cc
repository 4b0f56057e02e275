#include "service/tokens/token_book.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace leash::service {

base::Result<std::unique_ptr<TokenBook>> TokenBook::open(boost::asio::io_context& loop,
                                                         TokenFile file, Hooks hooks) {
  sys::UniqueFd notices(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!notices.is_open()) return base::system_error("inotify_init");
  // By its descriptor: the very file that is read, wherever its name may point later.
  const std::string path = fmt::format("/proc/self/fd/{}", file.fd());
  if (::inotify_add_watch(notices.get(), path.c_str(), IN_MODIFY) < 0) {
    return base::system_error("inotify_add_watch", "tokens");
  }
  std::unique_ptr<TokenBook> book(
      new TokenBook(loop, std::move(file), std::move(notices), std::move(hooks)));
  if (auto read = book->refresh(); !read) return read.error();
  return book;
}

TokenBook::TokenBook(boost::asio::io_context& loop, TokenFile file, sys::UniqueFd notices,
                     Hooks hooks)
    : file_(std::move(file)),
      notices_(std::move(notices)),
      hooks_(std::move(hooks)),
      watch_(loop, notices_.get()) {
  await_change();
}

TokenBook::~TokenBook() = default;

std::optional<Tenant> TokenBook::find(std::string_view token) {
  if (const auto read = refresh(); !read && hooks_.failed) hooks_.failed(read.error());
  return find_token(entries_, token);
}

base::Result<TokenBook::Mark> TokenBook::look() const {
  struct stat info {};
  if (::fstat(file_.fd(), &info) != 0) return base::system_error("fstat", "tokens");
  return Mark{
      .size = info.st_size, .seconds = info.st_mtim.tv_sec, .nanoseconds = info.st_mtim.tv_nsec};
}

base::Result<void> TokenBook::refresh() {
  // Before the content: what changes while it is read is read again next time.
  const auto mark = look();
  if (!mark) return mark.error();
  if (*mark == mark_) return {};
  mark_ = *mark;
  auto entries = file_.read();
  if (!entries) return entries.error();
  const std::vector<TokenEntry> before = std::exchange(entries_, *std::move(entries));
  for (const TokenEntry& known : before) {
    const bool still_there =
        std::any_of(entries_.begin(), entries_.end(),
                    [&](const TokenEntry& entry) { return entry.hash == known.hash; });
    if (!still_there && hooks_.removed) hooks_.removed(known.tenant);
  }
  return {};
}

void TokenBook::await_change() {
  watch_.once(async::FdWatch::For::kRead, [this] {
    std::array<char, 4096> notices{};
    while (::read(notices_.get(), notices.data(), notices.size()) > 0) {
    }
    await_change();
    if (const auto read = refresh(); !read && hooks_.failed) hooks_.failed(read.error());
  });
}

}  // namespace leash::service
