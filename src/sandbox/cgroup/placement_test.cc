// The choice of a folder, on plain files that stand for a cgroup tree. What only a kernel can show
// (moving, dividing, containers) is in tests/vm/test_v2_places.py.
#include "sandbox/cgroup/placement.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "sys/file.h"

namespace leash::sandbox {
namespace {

class PlacementTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string path = ::testing::TempDir() + "placement-XXXXXX";
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    top_ = path;
  }
  void TearDown() override { std::filesystem::remove_all(top_); }

  /// A folder as the kernel would show it; the root of the tree has no type.
  std::string make(const std::string& name, const std::string& processes, bool root = false) {
    const std::string folder = top_ + name;
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/cgroup.procs") << processes;
    std::ofstream(folder + "/cgroup.subtree_control") << "";
    if (!root) std::ofstream(folder + "/cgroup.type") << "domain\n";
    return folder;
  }
  Hierarchies in(const std::string& own) const { return {.v2 = own, .v2_top = top_}; }

  std::string top_;
};

TEST_F(PlacementTest, TheRootOfTheTreeIsUsedAsItIs) {
  const std::string root = make("", "1\n2\n", true);
  const auto place = place_runs(in(root));
  ASSERT_TRUE(place.has_value()) << place.error().message();
  EXPECT_EQ(place->folder, root);
  EXPECT_FALSE(place->divided);
}

TEST_F(PlacementTest, AmongOthersTheNearestFolderAboveWithoutProcessesIsUsed) {
  make("", "1\n", true);
  const std::string slice = make("/slice", "");
  make("/slice/busy", "7\n");
  const std::string own = make("/slice/busy/session", "8\n9\n");
  const auto place = place_runs(in(own));
  ASSERT_TRUE(place.has_value()) << place.error().message();
  EXPECT_EQ(place->folder, slice);
  EXPECT_FALSE(place->divided);
  for (const std::string& folder : {top_, slice}) {
    EXPECT_EQ(sys::read_file(folder + "/cgroup.subtree_control").value().substr(0, 4), "+cpu");
  }
  EXPECT_EQ(sys::read_file(own + "/cgroup.subtree_control").value(), "");
}

TEST_F(PlacementTest, TheLeafOfAnEarlierServerIsNotDividedAgain) {
  make("", "", true);
  const std::string unit = make("/unit", "");
  const std::string leaf = make("/unit/leash-server", std::to_string(::getpid()) + "\n");
  const auto place = place_runs(in(leaf));
  ASSERT_TRUE(place.has_value()) << place.error().message();
  EXPECT_EQ(place->folder, unit);
}

TEST(CgroupAdviceTest, KnownErrorsSayHowToMendThem) {
  const auto advice = [](int number) {
    return with_cgroup_advice(base::Error("mkdir", "/cg", number, "")).detail;
  };
  EXPECT_NE(advice(EACCES).find("Delegate=yes"), std::string::npos);
  EXPECT_NE(advice(EROFS).find("--privileged"), std::string::npos);
  EXPECT_EQ(advice(EIO), "");
}

}  // namespace
}  // namespace leash::sandbox
