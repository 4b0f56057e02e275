#include "cli/host/resources.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace leash::cli {
namespace {

namespace fs = std::filesystem;

TEST(FindResources, LooksBesideTheProgramFirstAndThenWhereItIsInstalled) {
  std::string name = testing::TempDir() + "leash-resources-XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const fs::path root = name;
  fs::create_directories(root / "bin");
  EXPECT_FALSE(find_resources(root / "bin/leash"));
  fs::create_directories(root / "lib/leash");
  EXPECT_EQ(find_resources(root / "bin/leash")->folder, root / "lib/leash");
  fs::create_directories(root / "bin/lib/leash");
  const auto found = find_resources(root / "bin/leash");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->folder, root / "bin/lib/leash");
  EXPECT_EQ(found->spawner(), root / "bin/lib/leash/leash-spawner");
  fs::remove_all(root);
}

}  // namespace
}  // namespace leash::cli
