#include "zygote/command_image.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace leash::zygote {
namespace {

using sandbox::ExecEntry;

std::vector<std::string> texts(const char* const* list) {
  std::vector<std::string> all;
  for (; list != nullptr && *list != nullptr; ++list) all.emplace_back(*list);
  return all;
}

TEST(CommandImageTest, TheCommandsAreTheSameOnTheOtherSide) {
  const char* const compile[] = {"/usr/bin/cc", "-o", "a out", "{sources}", nullptr};
  const char* const run[] = {"./a out", "{args}", "", nullptr};
  const char* const version[] = {"/usr/bin/cc", "--version", nullptr};
  const char* const suffixes[] = {".c", nullptr};
  const char* const nothing[] = {nullptr};
  const char* const environment[] = {"PATH=/bin", "EMPTY=", nullptr};
  const ExecEntry languages[] = {{.compile = compile,
                                  .run = run,
                                  .version = version,
                                  .source_suffixes = suffixes,
                                  .artifacts = nothing,
                                  .environment = environment},
                                 {.run = run, .environment = nothing}};
  const std::string image = make_command_image(languages);
  const CommandTable table(image);
  ASSERT_EQ(table.entries().size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const ExecEntry& made = table.entries()[i];
    EXPECT_EQ(texts(made.compile), texts(languages[i].compile));
    EXPECT_EQ(texts(made.run), texts(languages[i].run));
    EXPECT_EQ(texts(made.version), texts(languages[i].version));
    EXPECT_EQ(texts(made.source_suffixes), texts(languages[i].source_suffixes));
    EXPECT_EQ(texts(made.environment), texts(languages[i].environment));
  }
  EXPECT_NE(table.entries()[0].artifacts, nullptr) << "an empty list is not none";
  EXPECT_EQ(table.entries()[1].artifacts, nullptr);
  EXPECT_EQ(table.entries()[1].compile, nullptr) << "no compile step";
}

TEST(CommandImageDeathTest, AnotherImageEndsTheProcess) {
  const char* const run[] = {"./a", nullptr};
  const ExecEntry languages[] = {{.run = run}};
  const std::string image = make_command_image(languages);
  for (std::size_t size = 0; size < image.size(); ++size) {
    EXPECT_EXIT(CommandTable(std::string_view(image).substr(0, size)), ::testing::ExitedWithCode(2),
                "the commands are damaged")
        << size;
  }
}

}  // namespace
}  // namespace leash::zygote
