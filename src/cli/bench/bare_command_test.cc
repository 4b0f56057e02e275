#include "cli/bench/bare_command.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "cli/host/temporary_folder.h"
#include "sys/file.h"

namespace leash::cli {
namespace {

class BareCommandTest : public testing::Test {
 protected:
  std::optional<BareCommand> prepare(const Program& program) {
    auto prepared = BareCommand::prepare(program, program.hello, folder_.path());
    EXPECT_TRUE(prepared) << prepared.error().message();
    return prepared ? *std::move(prepared) : std::nullopt;
  }
  const std::string& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_ = TemporaryFolder::make().value();
};

TEST_F(BareCommandTest, AnInterpreterGetsTheCodeAsItsLastArgument) {
  const auto command = prepare({.hello = "echo here > made", .run = {"bash", "-c"}});
  ASSERT_TRUE(command && command->run());
  EXPECT_EQ(command->text(), "bash -c");
  EXPECT_EQ(sys::read_file(folder() + "/made").value(), "here\n");
}

TEST_F(BareCommandTest, ACompiledProgramIsMadeFromItsSource) {
  const auto command = prepare({.hello = "int main(void) { return 0; }",
                                .source = "main.c",
                                .compile = {"gcc", "-o", "program", "main.c"},
                                .run = {"./program"}});
  ASSERT_TRUE(command);
  EXPECT_TRUE(command->run());
  EXPECT_EQ(command->text(), "./program (gcc)");
}

TEST_F(BareCommandTest, WhatThisMachineDoesNotHaveIsNone) {
  EXPECT_FALSE(prepare({.hello = "", .run = {"no-such-interpreter", "-c"}}));
  EXPECT_FALSE(prepare({.source = "x", .compile = {"no-such-compiler"}, .run = {"./program"}}));
}

TEST_F(BareCommandTest, AFailureIsAnErrorThatSaysHowItEnded) {
  const auto failing = prepare({.hello = "exit 3", .run = {"bash", "-c"}});
  EXPECT_EQ(failing->run().error().message(), "run 'bash': its exit code was 3");
  const auto killed = prepare({.hello = "kill -9 $$", .run = {"bash", "-c"}});
  EXPECT_EQ(killed->run().error().message(), "run 'bash': it was ended by signal 9");
  EXPECT_FALSE(runs_per_second(*failing, std::chrono::milliseconds(1)));
}

TEST_F(BareCommandTest, WhileItWaitsItCanBeLookedAtAndThenItIsGone) {
  const auto command = prepare({.hello = "echo up; exec sleep 1000", .run = {"bash", "-c"}});
  pid_t seen = -1;
  const auto found = command->while_waiting([&](pid_t pid) -> base::Result<int> {
    seen = pid;
    return ::kill(pid, 0);
  });
  EXPECT_EQ(found.value(), 0);
  EXPECT_EQ(::kill(seen, 0), -1);
}

TEST_F(BareCommandTest, OneThatEndsWithoutAWordIsAnError) {
  const auto command = prepare({.hello = "exit 0", .run = {"bash", "-c"}});
  const auto found = command->while_waiting([](pid_t) -> base::Result<int> { return 0; });
  EXPECT_EQ(found.error().detail, "it printed nothing");
}

TEST_F(BareCommandTest, TheRateIsThatOfWholeRuns) {
  const auto command = prepare({.hello = "echo x >> runs", .run = {"bash", "-c"}});
  const auto rate = runs_per_second(*command, std::chrono::milliseconds(50));
  ASSERT_TRUE(rate);
  const auto runs = sys::read_file(folder() + "/runs").value().size() / 2;
  EXPECT_GE(runs, 1U);
  EXPECT_GT(*rate, 0);
  // They took at least the time that was given.
  EXPECT_LE(*rate, static_cast<double>(runs) / 0.05 * 1.01);
}

}  // namespace
}  // namespace leash::cli
