// A real tmpfs: needs root, as the product does.
#include "sandbox/mount/box.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>

#include "sys/file.h"

namespace leash::sandbox {
namespace {

TEST(BoxTest, ItsFoldersBelongToTheRun) {
  const Box box = std::move(Box::create(12345).value());
  for (const char* name : {"work", "tmp", "shm"}) {
    struct stat info {};
    ASSERT_EQ(::fstatat(box.mount_fd(), name, &info, 0), 0) << name;
    EXPECT_EQ(info.st_uid, 12345U);
    EXPECT_EQ(info.st_gid, 12345U);
  }
}

TEST(BoxTest, CapsHoldForAllFoldersTogether) {
  const Box box = std::move(Box::create(0).value());
  ASSERT_TRUE(box.set_caps(base::kib(256), 64).has_value());
  const sys::UniqueFd work =
      std::move(sys::open_at(box.mount_fd(), "work/a", O_WRONLY | O_CREAT, 0600).value());
  EXPECT_EQ(::posix_fallocate(work.get(), 0, 200 << 10), 0);
  const sys::UniqueFd tmp =
      std::move(sys::open_at(box.mount_fd(), "tmp/b", O_WRONLY | O_CREAT, 0600).value());
  EXPECT_EQ(::posix_fallocate(tmp.get(), 0, 200 << 10), ENOSPC);
}

TEST(BoxTest, NumberOfFilesIsCapped) {
  const Box box = std::move(Box::create(0).value());
  ASSERT_TRUE(box.set_caps(base::mib(1), 20).has_value());
  int made = 0;
  for (; made < 100; ++made) {
    const std::string name = "tmp/" + std::to_string(made);
    if (!sys::open_at(box.mount_fd(), name, O_WRONLY | O_CREAT, 0600)) break;
  }
  EXPECT_LT(made, 20);
}

TEST(BoxTest, MeterTellsWhenItIsFull) {
  const Box box = std::move(Box::create(0).value());
  ASSERT_TRUE(box.set_caps(base::kib(64), 64).has_value());
  struct statfs info {};
  ASSERT_EQ(::fstatfs(box.meter_fd(), &info), 0);
  EXPECT_GT(info.f_bfree, 0U);
  const sys::UniqueFd file =
      std::move(sys::open_at(box.mount_fd(), "work/a", O_WRONLY | O_CREAT, 0600).value());
  ASSERT_EQ(::posix_fallocate(file.get(), 0, 64 << 10), 0);
  ASSERT_EQ(::fstatfs(box.meter_fd(), &info), 0);
  EXPECT_EQ(info.f_bfree, 0U);
}

}  // namespace
}  // namespace leash::sandbox
