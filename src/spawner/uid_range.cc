#include "spawner/uid_range.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <string>

#include "sys/file.h"

namespace leash::spawner {
namespace {

constexpr uid_t kRangeSize = 4096;

}  // namespace

UidRange::UidRange(uid_t base, sys::UniqueFd lock) : base_(base), lock_(std::move(lock)) {
  for (uid_t i = 1; i < kRangeSize; ++i) free_.push_back(base + i);
}

base::Result<UidRange> UidRange::acquire(const Privileges& privileges) {
  const std::string& path = privileges.runtime_folder;
  auto folder = sys::open_directory(path);
  if (!folder) return folder.error();
  for (uid_t i = 0; (i + 1) * kRangeSize <= privileges.uid_count; ++i) {
    auto lock = sys::open_at(folder->get(), "uids-" + std::to_string(i) + ".lock",
                             O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (!lock) return lock.error();
    if (::flock(lock->get(), LOCK_EX | LOCK_NB) == 0) {
      return UidRange(privileges.first_uid + i * kRangeSize, std::move(*lock));
    }
    if (errno != EWOULDBLOCK) return base::system_error("flock", path);
  }
  return base::plain_error(
      "find a range of uids", path,
      fmt::format("of {} uids all ranges of {} are in use", privileges.uid_count, kRangeSize));
}

std::optional<uid_t> UidRange::take() {
  if (free_.empty()) return std::nullopt;
  const uid_t uid = free_.front();
  free_.pop_front();
  return uid;
}

}  // namespace leash::spawner
