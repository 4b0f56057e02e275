#include "spawner/subordinate_ids.h"

#include <gtest/gtest.h>

namespace leash::spawner {
namespace {

TEST(SubordinateIdsTest, AreFoundByNameAndByNumber) {
  constexpr std::string_view kFile = "root:1:2\nada:100000:65536\n1001:300000:4096\n";
  EXPECT_EQ(find_subordinate_ids(kFile, "ada", 1000), (SubordinateIds{100'000, 65'536}));
  EXPECT_EQ(find_subordinate_ids(kFile, "bob", 1001), (SubordinateIds{300'000, 4'096}));
  EXPECT_EQ(find_subordinate_ids(kFile, "eve", 1002), std::nullopt);
}

TEST(SubordinateIdsTest, TheLongestOfSeveralRangesIsTaken) {
  EXPECT_EQ(find_subordinate_ids("ada:1:10\nada:100:20\nada:200:5", "ada", 1000),
            (SubordinateIds{100, 20}));
}

TEST(SubordinateIdsTest, LinesThatAreNoneArePassedOver) {
  for (const char* line : {"", "\n\n", "ada", "ada:", "ada:1", "ada:1:", "ada:1:x", "ada:-1:5",
                           "ada:1:5:6", "ada: 1:5", "ada:99999999999:5", ":1:5", "# ada:1:5"}) {
    EXPECT_EQ(find_subordinate_ids(line, "ada", 1000), std::nullopt) << line;
  }
  EXPECT_EQ(find_subordinate_ids("", "", 0), std::nullopt);
  EXPECT_EQ(find_subordinate_ids("ada:x:1\nada:7:8", "ada", 1000), (SubordinateIds{7, 8}));
}

}  // namespace
}  // namespace leash::spawner
