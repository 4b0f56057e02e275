#include "spawner/uid_range.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include "sys/file.h"

namespace leash::spawner {
namespace {

// Above everything that distributions, systemd's dynamic users and containers hand out.
constexpr uid_t kFirst = 1'900'000'000;
constexpr uid_t kRangeSize = 4096;
constexpr int kRanges = 1024;
constexpr const char* kLockFolder = "/run/leash";

}  // namespace

UidRange::UidRange(uid_t base, sys::UniqueFd lock) : base_(base), lock_(std::move(lock)) {
  for (uid_t i = 1; i < kRangeSize; ++i) free_.push_back(base + i);
}

base::Result<UidRange> UidRange::acquire() {
  if (::mkdir(kLockFolder, 0755) != 0 && errno != EEXIST) {
    return base::system_error("mkdir", kLockFolder);
  }
  auto folder = sys::open_directory(kLockFolder);
  if (!folder) return folder.error();
  for (int i = 0; i < kRanges; ++i) {
    auto lock = sys::open_at(folder->get(), "uids-" + std::to_string(i) + ".lock",
                             O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (!lock) return lock.error();
    if (::flock(lock->get(), LOCK_EX | LOCK_NB) == 0) {
      return UidRange(kFirst + static_cast<uid_t>(i) * kRangeSize, std::move(*lock));
    }
    if (errno != EWOULDBLOCK) return base::system_error("flock", kLockFolder);
  }
  return base::plain_error("find a range of uids", kLockFolder, "all are in use");
}

std::optional<uid_t> UidRange::take() {
  if (free_.empty()) return std::nullopt;
  const uid_t uid = free_.front();
  free_.pop_front();
  return uid;
}

}  // namespace leash::spawner
