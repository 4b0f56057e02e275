#include "sandbox/cgroup/hierarchies.h"

#include <gtest/gtest.h>

namespace leash::sandbox {
namespace {

constexpr std::string_view kHybridMounts =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

TEST(HierarchiesTest, HybridTakesLimitsFromV1AndIdentityFromV2) {
  const Hierarchies found = parse_hierarchies(
      kHybridMounts, "8:pids:/\n4:memory:/host/abc\n2:cpu,cpuacct:/x\n1:name=systemd:/\n0::/\n",
      "\n");
  EXPECT_EQ(found.mode(), CgroupMode::kHybrid);
  EXPECT_EQ(found.v1.at("memory"), "/sys/fs/cgroup/memory/host/abc");
  EXPECT_EQ(found.v1.at("pids"), "/sys/fs/cgroup/pids");
  EXPECT_EQ(found.v1.at("cpu"), "/sys/fs/cgroup/cpu,cpuacct/x");
  EXPECT_EQ(found.v2, "/sys/fs/cgroup/unified");
  EXPECT_EQ(found.v2_top, "/sys/fs/cgroup/unified");
}

TEST(HierarchiesTest, UnifiedIsV2WhenItsControllersAreThere) {
  constexpr std::string_view kMounts =
      "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
  const std::string_view own = "0::/system.slice/leash.service\n";
  const Hierarchies found = parse_hierarchies(kMounts, own, "cpuset cpu io memory pids\n");
  EXPECT_EQ(found.mode(), CgroupMode::kV2);
  EXPECT_EQ(found.v2, "/sys/fs/cgroup/system.slice/leash.service");
  EXPECT_EQ(found.v2_top, "/sys/fs/cgroup");
  EXPECT_EQ(parse_hierarchies(kMounts, own, "cpu io\n").mode(), CgroupMode::kNone);
}

TEST(HierarchiesTest, V1Alone) {
  const Hierarchies found = parse_hierarchies(
      "35 31 0:32 / /cg/memory rw - cgroup cgroup rw,memory\n"
      "36 31 0:33 / /cg/pids rw - cgroup cgroup rw,pids\n",
      "2:memory:/\n1:pids:/\n", "");
  EXPECT_EQ(found.mode(), CgroupMode::kV1);
  EXPECT_FALSE(found.v2.has_value());
}

TEST(HierarchiesTest, MountOfASubtreeAndEscapedPaths) {
  const Hierarchies found = parse_hierarchies(
      "35 31 0:32 /docker/id /cg/me\\040mory rw - cgroup cgroup rw,memory\n"
      "36 31 0:33 /elsewhere /cg/pids rw - cgroup cgroup rw,pids\n",
      "2:memory:/docker/id/a:b\n1:pids:/docker/id\n", "");
  EXPECT_EQ(found.v1.at("memory"), "/cg/me mory/a:b");
  EXPECT_FALSE(found.v1.contains("pids"));
  EXPECT_EQ(found.mode(), CgroupMode::kNone);
}

TEST(HierarchiesTest, WhereThereIsNoModeItIsSaidWhatIsMissing) {
  EXPECT_NE(why_none({}).find("mount -t cgroup2"), std::string::npos);
  EXPECT_NE(why_none({.v2 = "/cg/own", .v2_top = "/cg"}).find("cgroup2 at /cg has no"),
            std::string::npos);
  const std::string partly = why_none({.v1 = {{"pids", "/cg/pids"}, {"cpu", "/cg/cpu"}}});
  EXPECT_NE(partly.find("without: memory;"), std::string::npos) << partly;
}

TEST(HierarchiesTest, NameThatOnlyBeginsLikeTheMountsRootIsOutside) {
  const Hierarchies found = parse_hierarchies(
      "35 31 0:32 /docker /cg/memory rw - cgroup cgroup rw,memory\n"
      "36 31 0:33 /docker /cg/pids rw - cgroup cgroup rw,pids\n",
      "2:memory:/docker-other\n1:pids:/docker\n", "");
  EXPECT_FALSE(found.v1.contains("memory"));
  EXPECT_EQ(found.v1.at("pids"), "/cg/pids");
  const Hierarchies root = parse_hierarchies(
      "41 31 0:38 /docker /cg/unified rw - cgroup2 cgroup2 rw\n", "0::/\n", "memory pids\n");
  EXPECT_FALSE(root.v2);
  EXPECT_EQ(root.v2_top, "");
}

TEST(HierarchiesTest, PlaceOutsideOfTheNamespaceIsNone) {
  for (const std::string_view path : {"/../elsewhere", "/..", ":/", "relative", ""}) {
    const std::string own = "4:memory:" + std::string(path) + "\n0::" + std::string(path) + "\n";
    const Hierarchies found = parse_hierarchies(kHybridMounts, own, "");
    EXPECT_FALSE(found.v2) << path;
    EXPECT_TRUE(found.v1.empty()) << path;
  }
  const Hierarchies dotted = parse_hierarchies(kHybridMounts, "0::/..name/a..\n", "");
  EXPECT_EQ(dotted.v2, "/sys/fs/cgroup/unified/..name/a..");
}

TEST(HierarchiesTest, BrokenLinesAreSkipped) {
  EXPECT_EQ(parse_hierarchies("- \n x - y\n31\n", "::\n7\n0:\n", "x").mode(), CgroupMode::kNone);
}

TEST(HierarchiesTest, ThisMachineIsReadable) {
  EXPECT_TRUE(detect_hierarchies().has_value());
}

}  // namespace
}  // namespace leash::sandbox
