#include "sys/memfd.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace leash::sys {
namespace {

TEST(MemfdTest, SealedContentIsReadBackAndCannotChange) {
  const UniqueFd fd = std::move(make_sealed_memfd("job", "print(1)").value());
  const auto mapping = SealedMapping::map(fd.get(), 100);
  ASSERT_TRUE(mapping.has_value());
  EXPECT_EQ(mapping->view(), "print(1)");
  EXPECT_EQ(::pwrite(fd.get(), "x", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::ftruncate(fd.get(), 0), -1);
}

TEST(MemfdTest, EmptyContentMapsToAnEmptyView) {
  const UniqueFd fd = std::move(make_sealed_memfd("job", "").value());
  EXPECT_TRUE(SealedMapping::map(fd.get(), 100)->view().empty());
}

TEST(MemfdTest, UnsealedFileIsRefused) {
  const UniqueFd fd(::memfd_create("open", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const auto mapping = SealedMapping::map(fd.get(), 100);
  ASSERT_FALSE(mapping.has_value());
  EXPECT_EQ(mapping.error().detail, "it is not sealed");
}

TEST(MemfdTest, LimitIsKept) {
  const UniqueFd fd = std::move(make_sealed_memfd("job", "12345").value());
  EXPECT_FALSE(SealedMapping::map(fd.get(), 4).has_value());
  EXPECT_TRUE(SealedMapping::map(fd.get(), 5).has_value());
}

}  // namespace
}  // namespace leash::sys
