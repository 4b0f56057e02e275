#include "spawner/start_failure.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "protocol/channel.h"

namespace leash::spawner {
namespace {

protocol::Hello hello_for(int number, const std::string& detail) {
  return make_failure_hello(base::Error("mkdir", "/cg/x", number, detail), 7, true,
                            protocol::CgroupMode::kV2);
}

TEST(StartFailureTest, SaysWhatFailedAndHowToMendIt) {
  const protocol::Hello hello = hello_for(EROFS, "mount it writable");
  ASSERT_EQ(hello.layer_count, 1U);
  EXPECT_EQ(hello.layers[0].proved, 0U);
  EXPECT_EQ(hello.layers[0].required, 1U);
  EXPECT_EQ(protocol::get_text(hello.layers[0].detail), "mkdir '/cg/x': Read-only file system");
  EXPECT_EQ(protocol::get_text(hello.layers[0].remedy), "mount it writable");
  EXPECT_EQ(hello.catalog_fingerprint, 7U);
  EXPECT_EQ(hello.rootless, 1U);
  EXPECT_EQ(hello.cgroup_mode, protocol::CgroupMode::kV2);
}

TEST(StartFailureTest, HasAdviceOfItsOwnForKnownErrors) {
  for (const int number : {EPERM, EACCES, ENOSYS, ENODEV, EROFS, EIO}) {
    EXPECT_FALSE(protocol::get_text(hello_for(number, "").layers[0].remedy).empty()) << number;
  }
}

}  // namespace
}  // namespace leash::spawner
