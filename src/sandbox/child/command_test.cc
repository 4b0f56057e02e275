#include "sandbox/child/command.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

namespace leash::sandbox {
namespace {

using protocol::Step;
using Strings = std::vector<std::string>;

Strings read(const char* const* list) {
  Strings texts;
  for (; *list != nullptr; ++list) texts.emplace_back(*list);
  return texts;
}

std::string job_of(const Strings& paths, const Strings& args = {}) {
  protocol::JobWriter writer;
  for (const std::string& path : paths) writer.add_file(path, 0644, "x");
  writer.set_entry(static_cast<std::uint32_t>(paths.size()) - 1);
  for (const std::string& arg : args) writer.add_arg(arg);
  writer.add_env("HOME", "/elsewhere");
  writer.add_env("MINE", "1");
  return writer.take();
}

class CommandTest : public ::testing::Test {
 protected:
  static constexpr const char* kRun[] = {"/usr/bin/python3", "{entry}", "{args}", nullptr};
  static constexpr const char* kCompile[] = {"/usr/bin/gcc", "-o", "program", "{sources}", nullptr};
  static constexpr const char* kSuffixes[] = {".c", nullptr};
  static constexpr const char* kEnvironment[] = {"HOME=/work", "LANG=C.UTF-8", nullptr};
  const ExecEntry language_{
      .compile = kCompile, .run = kRun, .source_suffixes = kSuffixes, .environment = kEnvironment};
};

TEST_F(CommandTest, EntryAndArgumentsAreFilledIn) {
  const std::string job = job_of({"util.py", "-main.py"}, {"--x", "a b"});
  ExecCommand command;
  ASSERT_EQ(build_command(language_, Step::kRun, job, command), 0);
  EXPECT_EQ(read(command.argv), (Strings{"/usr/bin/python3", "./-main.py", "--x", "a b"}));
}

TEST_F(CommandTest, SourcesAreTheFilesWithTheirSuffix) {
  const std::string job = job_of({"a.c", "notes.txt", "lib/b.c", "@x.c"});
  ExecCommand command;
  ASSERT_EQ(build_command(language_, Step::kCompile, job, command), 0);
  EXPECT_EQ(read(command.argv),
            (Strings{"/usr/bin/gcc", "-o", "program", "./a.c", "./lib/b.c", "./@x.c"}));
}

TEST_F(CommandTest, JobsEnvironmentReplacesTheDefaultOfThatName) {
  const std::string job = job_of({"main.py"});
  ExecCommand command;
  ASSERT_EQ(build_command(language_, Step::kRun, job, command), 0);
  EXPECT_EQ(read(command.envp), (Strings{"LANG=C.UTF-8", "HOME=/elsewhere", "MINE=1"}));
}

TEST_F(CommandTest, MissingCommandAndTooMuchAreErrors) {
  ExecCommand command;
  const std::string job = job_of({"main.py"});
  EXPECT_EQ(build_command(language_, Step::kVersion, job, command), -ENOENT);
  const std::string broken = job.substr(0, job.size() - 1);
  EXPECT_EQ(build_command(language_, Step::kRun, broken, command), -E2BIG);
}

}  // namespace
}  // namespace leash::sandbox
