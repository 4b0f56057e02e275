#include "runtimes/plan.h"

#include <gtest/gtest.h>

namespace leash::runtimes {
namespace {

Descriptor compiled_language() {
  Descriptor language;
  language.id = "cpp";
  language.extensions = {".cpp", ".cc"};
  language.compile = CompileStep{.command = {"/usr/bin/g++", "-o", "program", "{sources}"},
                                 .sources = {".cpp", ".cc"},
                                 .artifacts = {"program"}};
  language.run = {"./program", "{args}"};
  return language;
}

TEST(PlanTest, EntryIsNeverAnOption) {
  const Command argv = expand_command({"/usr/bin/python3", "{entry}", "{args}"}, {},
                                      {.entry = "-c", .args = {"-x"}});
  EXPECT_EQ(argv, (Command{"/usr/bin/python3", "./-c", "-x"}));
}

TEST(PlanTest, SourcesAreNeverOptions) {
  const auto argv = plan_compile(
      compiled_language(),
      {.entry = "main.cpp", .paths = {"main.cpp", "-o.cc", "@args.cc", "lib/a.cpp", "a.h"}});
  ASSERT_TRUE(argv) << argv.error().message();
  EXPECT_EQ(*argv, (Command{"/usr/bin/g++", "-o", "program", "./main.cpp", "./-o.cc", "./@args.cc",
                            "./lib/a.cpp"}));
}

TEST(PlanTest, ArgumentsArePassedAsTheyAre) {
  const JobFiles job{.entry = "main.cpp", .args = {"", "{entry}", "a b", "$HOME"}};
  EXPECT_EQ(plan_run(compiled_language(), job),
            (Command{"./program", "", "{entry}", "a b", "$HOME"}));
}

TEST(PlanTest, NoArgumentsLeaveNoEmptyElement) {
  EXPECT_EQ(plan_run(compiled_language(), {.entry = "main.cpp"}), (Command{"./program"}));
}

TEST(PlanTest, RunOfAScriptMayListItsSources) {
  Descriptor language;
  language.extensions = {".sh"};
  language.run = {"/usr/bin/bash", "{entry}", "{sources}"};
  EXPECT_EQ(plan_run(language, {.entry = "a.sh", .paths = {"a.sh", "b.txt", "c.sh"}}),
            (Command{"/usr/bin/bash", "./a.sh", "./a.sh", "./c.sh"}));
}

TEST(PlanTest, CompilingWithoutASourceIsAnError) {
  const auto argv =
      plan_compile(compiled_language(), {.entry = "main.py", .paths = {"main.py", "cpp"}});
  ASSERT_FALSE(argv);
  EXPECT_EQ(argv.error().message(), "compile 'main.py': no file of the job ends in .cpp, .cc");
}

}  // namespace
}  // namespace leash::runtimes
