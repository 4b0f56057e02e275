#include "service/selftest_verdict.h"

#include <gtest/gtest.h>

namespace leash::service {
namespace {

using run::Cause;
using run::ProgramExit;

const runtimes::Descriptor kLanguage{
    .id = "toy",
    .version = {.command = {"/opt/toy", "--version"}, .pattern = "toy ([0-9.]+)"},
    .run = {"/opt/leash/own", "{entry}"},
    .selftest = {.expected_output = "hello\n"}};

bool all_exist(const std::string& /*path*/) {
  return true;
}
bool none_exists(const std::string& /*path*/) {
  return false;
}

ProbeResult ended(Cause cause, std::optional<ProgramExit> exit, std::string out = "",
                  std::string err = "") {
  return {.snapshot = {.cause = cause, .status = run::status_of(cause, exit), .exit = exit},
          .stdout_data = std::move(out),
          .stderr_data = std::move(err)};
}
ProbeResult exited(int code, std::string out = "", std::string err = "") {
  return ended(Cause::kExit, ProgramExit{.code = code}, std::move(out), std::move(err));
}

TEST(VersionVerdictTest, VersionMayStandInEitherStream) {
  EXPECT_EQ(judge_version(kLanguage, exited(0, "toy 1.2\n"), all_exist).version, "1.2");
  EXPECT_EQ(judge_version(kLanguage, exited(0, "", "toy 3"), all_exist).version, "3");
  EXPECT_EQ(judge_version(kLanguage, exited(0, "toy 1"), all_exist).problem, "");
}

TEST(VersionVerdictTest, ProblemsSayWhatWasSeen) {
  EXPECT_EQ(judge_version(kLanguage, exited(127), none_exists).problem, "not installed: /opt/toy");
  EXPECT_EQ(judge_version(kLanguage, exited(0, "what?\n"), all_exist).problem,
            "its version command printed 'what?\\n', which shows no version");
  EXPECT_EQ(judge_version(kLanguage, exited(1, "", "\nbroken\nmore"), all_exist).problem,
            "its version command ended with exit code 1: 'broken'");
  EXPECT_EQ(judge_version(kLanguage, ended(Cause::kWallLimit, {}), all_exist).problem,
            "its version command was ended: wall_limit");
}

TEST(VersionVerdictTest, OwnProgramsAreInTheSandboxOnly) {
  runtimes::Descriptor own = kLanguage;
  own.version.command = {"/opt/leash/own", "--version"};
  EXPECT_EQ(judge_version(own, exited(1), none_exists).problem,
            "its version command ended with exit code 1");
}

TEST(SelftestVerdictTest, ExactOutputAndExitZeroIsGood) {
  EXPECT_EQ(judge_selftest(kLanguage, exited(0, "hello\n"), all_exist), std::nullopt);
  EXPECT_EQ(judge_selftest(kLanguage, exited(0, "hello\n"), none_exists), std::nullopt);
}

TEST(SelftestVerdictTest, ProblemsSayWhatWasSeen) {
  EXPECT_EQ(judge_selftest(kLanguage, exited(0, "hell\n"), all_exist),
            "its self-test printed 'hell\\n' instead of 'hello\\n'");
  EXPECT_EQ(judge_selftest(kLanguage, exited(3, "hello\n"), all_exist),
            "its self-test ended with exit code 3");
  EXPECT_EQ(
      judge_selftest(kLanguage, ended(Cause::kExit, ProgramExit{.signaled = true, .code = 11}),
                     all_exist),
      "its self-test ended with SIGSEGV");
  EXPECT_EQ(judge_selftest(kLanguage, exited(127), none_exists), "not installed: /opt/toy");
  ProbeResult setup = ended(Cause::kSetupError, {});
  setup.snapshot.setup_error = "no cgroup";
  EXPECT_EQ(judge_selftest(kLanguage, setup, all_exist),
            "its self-test could not be started: no cgroup");
  ProbeResult compile = ended(Cause::kCompileError, {});
  compile.snapshot.compile = run::CompileReport{.stderr_data = "hello.c:1: error\n"};
  EXPECT_EQ(judge_selftest(kLanguage, compile, all_exist),
            "its self-test did not compile: 'hello.c:1: error'");
}

}  // namespace
}  // namespace leash::service
