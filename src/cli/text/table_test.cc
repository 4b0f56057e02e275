#include "cli/text/table.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

TEST(Table, AlignsColumnsAndLeavesNoBlanksAtLineEnds) {
  Table table({"ID", "STATE", "KEY"});
  table.add({"r_1", "running", "tab-1"});
  table.add({"r_22", "queued", ""});
  EXPECT_EQ(table.text(),
            "ID    STATE    KEY\n"
            "r_1   running  tab-1\n"
            "r_22  queued\n");
}

TEST(Table, CountsCharactersNotBytes) {
  Table table({"A", "B"});
  table.add({"é中", "x"});
  EXPECT_EQ(table.text(), "A   B\né中  x\n");
}

TEST(Table, ControlCharactersCannotSteerTheTerminal) {
  Table table({"A"});
  table.add({"a\x1b[2Jb\n"});
  EXPECT_EQ(table.text(), "A\na?[2Jb?\n");
}

TEST(Table, KnowsWhetherItHasRows) {
  Table table({"A", "B"});
  EXPECT_TRUE(table.empty());
  table.add({"x"});
  EXPECT_FALSE(table.empty());
}

}  // namespace
}  // namespace leash::cli
