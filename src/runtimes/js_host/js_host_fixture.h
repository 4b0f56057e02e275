#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "runtimes/testing/process.h"

namespace leash::runtimes {

/// For tests: what became of a script.
struct Outcome {
  std::string out;
  std::string err;
  int code = 0;
};

/// For tests: runs the built leash-js on little scripts and looks at what comes out.
class JsHostTest : public ::testing::Test {
 protected:
  /// Runs main.js with this text.
  Outcome run(std::string_view script, const std::string& input = "",
              std::vector<std::string> args = {}) {
    folder_.write("main.js", script);
    std::vector<std::string> argv{LEASH_SANDBOX_DIR "/leash-js", "./main.js"};
    argv.insert(argv.end(), args.begin(), args.end());
    testing::Process process(
        {.argv = argv, .environment = {{"COLOUR", "blue"}}, .folder = folder_.path()});
    process.write_input(input);
    const auto code = process.finish();
    EXPECT_TRUE(code.has_value()) << "leash-js did not end";
    return {process.out(), process.err(), code.value_or(-1)};
  }

  /// Expects exactly this on stdout, nothing on stderr and success.
  void expect_output(std::string_view script, const std::string& out, const std::string& input = "",
                     std::vector<std::string> args = {}) {
    const Outcome outcome = run(script, input, std::move(args));
    EXPECT_EQ(outcome.out, out);
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(outcome.code, 0);
  }

  /// Expects exactly this on stderr and exit code 1.
  void expect_error(std::string_view script, const std::string& err) {
    const Outcome outcome = run(script);
    EXPECT_EQ(outcome.err, err);
    EXPECT_EQ(outcome.code, 1);
  }

  testing::TemporaryFolder folder_;
};

}  // namespace leash::runtimes
