#include "spawner/exec_table.h"

#include <gtest/gtest.h>

namespace leash::spawner {
namespace {

std::vector<std::string> read(const char* const* list) {
  std::vector<std::string> texts;
  for (; list != nullptr && *list != nullptr; ++list) texts.emplace_back(*list);
  return texts;
}

runtimes::Catalog one_language(runtimes::Descriptor language) {
  return std::move(runtimes::Catalog::make({std::move(language)}, {"text"}).value());
}

TEST(ExecTableTest, CommandsEndWithNullAndKeepTheirOrder) {
  const ExecTable table(
      one_language({.id = "c",
                    .version = {.command = {"/usr/bin/gcc", "--version"}},
                    .compile = runtimes::CompileStep{.command = {"/usr/bin/gcc", "{sources}"},
                                                     .sources = {".c"},
                                                     .artifacts = {"program"}},
                    .run = {"./program", "{args}"}}));
  const sandbox::ExecEntry& entry = table.entries().at(0);
  EXPECT_EQ(read(entry.compile), (std::vector<std::string>{"/usr/bin/gcc", "{sources}"}));
  EXPECT_EQ(read(entry.run), (std::vector<std::string>{"./program", "{args}"}));
  EXPECT_EQ(read(entry.source_suffixes), std::vector<std::string>{".c"});
  EXPECT_EQ(read(entry.artifacts), std::vector<std::string>{"program"});
}

TEST(ExecTableTest, EnvironmentIsTheAllowListAndTheLanguages) {
  const ExecTable table(
      one_language({.id = "x", .run = {"/x"}, .environment = {{"LANG", "C"}, {"EXTRA", "1"}}}));
  EXPECT_EQ(read(table.entries().at(0).environment),
            (std::vector<std::string>{"EXTRA=1", "HOME=/work", "LANG=C",
                                      "PATH=/usr/local/bin:/usr/bin:/bin", "TMPDIR=/tmp"}));
  EXPECT_EQ(table.entries().at(0).compile, nullptr);
}

TEST(ExecTableTest, WhatIsStartedAheadHasTheLanguagesEnvironmentAndItsOwn) {
  const ExecTable table(
      one_language({.id = "x",
                    .run = {"/x"},
                    .run_prestart = runtimes::Prestart{.command = {"/x", "y"},
                                                       .environment = {{"A", "1"}},
                                                       .start_variables = {"X_"}},
                    .environment = {{"B", "2"}}}));
  const sandbox::ExecEntry& entry = table.entries().at(0);
  ASSERT_NE(entry.run_prestart, nullptr);
  EXPECT_EQ(entry.compile_prestart, nullptr);
  EXPECT_EQ(read(entry.run_prestart->command), (std::vector<std::string>{"/x", "y"}));
  EXPECT_EQ(read(entry.run_prestart->environment).at(0), "A=1");
  EXPECT_EQ(read(entry.run_prestart->environment).at(1), "B=2");
  EXPECT_EQ(read(entry.environment).at(0), "B=2");
  EXPECT_EQ(read(entry.run_prestart->start_variables), std::vector<std::string>{"X_"});
}

}  // namespace
}  // namespace leash::spawner
