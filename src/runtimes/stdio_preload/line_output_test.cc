// A line is out when it was printed: each program here prints one and then waits for ever.

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "runtimes/testing/process.h"

namespace leash::runtimes {
namespace {

using testing::Launch;
using testing::Process;
using testing::TemporaryFolder;

const std::string kSandbox = LEASH_SANDBOX_DIR;

class LineOutputTest : public ::testing::Test {
 protected:
  /// Compiles `source` to folder_/program, with the preload active in the compiler, too.
  void compile(const std::string& compiler, const std::string& name, std::string_view source,
               const std::string& option = "-O1") {
    folder_.write(name, source);
    Process process(launch({"/usr/bin/" + compiler, option, "-o", "program", "./" + name}));
    ASSERT_EQ(process.finish(), 0) << process.err();
  }

  [[nodiscard]] Launch launch(std::vector<std::string> argv) const {
    return {.argv = std::move(argv),
            .environment = {{"LD_PRELOAD", kSandbox + "/libleash_stdio.so"},
                            {"PYTHONPATH", kSandbox + "/python"},
                            {"PYTHONDONTWRITEBYTECODE", "1"},
                            {"HOME", folder_.path()}},
            .folder = folder_.path()};
  }

  void expect_line_while_running(std::vector<std::string> argv, const std::string& line = "line") {
    Process process(launch(std::move(argv)));
    EXPECT_EQ(process.read_until("\n"), line + "\n") << process.err();
    EXPECT_TRUE(process.is_running());
    EXPECT_EQ(process.err(), "");
  }

  void expect_output(std::vector<std::string> argv, const std::string& out,
                     const std::string& input = "") {
    Process process(launch(std::move(argv)));
    process.write_input(input);
    EXPECT_EQ(process.finish(), 0) << process.err();
    EXPECT_EQ(process.out(), out);
    EXPECT_EQ(process.err(), "");
  }

  [[nodiscard]] std::string program() const { return folder_.path() + "/program"; }

  TemporaryFolder folder_;
};

TEST_F(LineOutputTest, PrintfOfC) {
  compile("gcc", "a.c",
          "#include <stdio.h>\n#include <unistd.h>\n"
          "int main(void) { printf(\"li\"); printf(\"ne\\n\"); for (;;) pause(); }\n");
  expect_line_while_running({program()});
}

TEST_F(LineOutputTest, PromptIsSeenBeforeTheProgramReads) {
  compile("gcc", "a.c",
          "#include <stdio.h>\nint main(void) { char name[9]; printf(\"name? \");\n"
          "  if (scanf(\"%8s\", name) == 1) printf(\"hi %s\\n\", name); return 0; }\n");
  Process process(launch({program()}));
  EXPECT_EQ(process.read_until("? "), "name? ");
  process.write_input("ann\n");
  EXPECT_EQ(process.read_until("\n"), "name? hi ann\n");
  EXPECT_EQ(process.finish(), 0);
}

TEST_F(LineOutputTest, CoutOfCpp) {
  compile("g++", "a.cpp",
          "#include <iostream>\n#include <unistd.h>\n"
          "int main() { std::cout << \"li\" << \"ne\" << '\\n'; for (;;) pause(); }\n");
  expect_line_while_running({program()});
}

TEST_F(LineOutputTest, CoutThatIsNotInSyncWithStdio) {
  compile("g++", "a.cpp",
          "#include <iostream>\n#include <unistd.h>\n"
          "int main() { std::ios::sync_with_stdio(false); std::cin.tie(nullptr);\n"
          "  std::cout << \"line\\n\"; for (;;) pause(); }\n");
  expect_line_while_running({program()});
}

TEST_F(LineOutputTest, CinStillReadsWithoutSync) {
  compile("g++", "a.cpp",
          "#include <iostream>\nint main() { std::ios_base::sync_with_stdio(false);\n"
          "  long sum = 0; for (long n; std::cin >> n;) sum += n; std::cout << sum; }\n");
  expect_output({program()}, "60", "10 20\n30\n");
}

TEST_F(LineOutputTest, OwnFullBufferIsRespected) {
  compile(
      "gcc", "a.c",
      "#include <stdio.h>\n#include <unistd.h>\nstatic char buffer[4096];\n"
      "int main(void) { setvbuf(stdout, buffer, _IOFBF, sizeof buffer);\n"
      "  printf(\"held back\\n\"); if (write(1, \"first\\n\", 6) != 6) return 1; return 0; }\n");
  expect_output({program()}, "first\nheld back\n");
}

TEST_F(LineOutputTest, OwnLackOfABufferIsRespected) {
  compile("gcc", "a.c",
          "#include <stdio.h>\n#include <unistd.h>\n"
          "int main(void) { setbuf(stdout, NULL); printf(\"li\"); printf(\"ne\");\n"
          "  for (;;) pause(); }\n");
  Process process(launch({program()}));
  EXPECT_EQ(process.read_until("line"), "line");
}

TEST_F(LineOutputTest, StaticProgramsRunAsEver) {
  compile("gcc", "a.c", "#include <stdio.h>\nint main(void) { puts(\"static\"); return 0; }\n",
          "-static");
  expect_output({program()}, "static\n");
}

TEST_F(LineOutputTest, ClosedStdoutIsNoProblem) {
  compile("gcc", "a.c", "#include <stdio.h>\nint main(void) { puts(\"lost\"); return 7; }\n");
  expect_output({"/usr/bin/bash", "-c", "./program >&-; echo $?"}, "7\n");
}

TEST_F(LineOutputTest, PythonPrint) {
  expect_line_while_running(
      {"/usr/bin/python3", "-c", "import signal; print('line'); signal.pause()"});
}

TEST_F(LineOutputTest, PythonChildOfPython) {
  expect_line_while_running({"/usr/bin/python3", "-c",
                             "import subprocess, sys; subprocess.run([sys.executable, '-c', "
                             "'import signal; print(\"line\"); signal.pause()'])"});
}

TEST_F(LineOutputTest, PythonLeavesNoTraceOnItsPath) {
  expect_output({"/usr/bin/python3", "-c",
                 "import sys; print([p for p in sys.path if 'sandbox' in p or 'leash' in p])"},
                "[]\n");
}

TEST_F(LineOutputTest, PythonWithClosedStdout) {
  expect_output({"/usr/bin/bash", "-c",
                 "/usr/bin/python3 -c 'import sys; sys.exit(7 if sys.stdout is None else 8)' >&-; "
                 "echo $?"},
                "7\n");
}

TEST_F(LineOutputTest, BashEcho) {
  expect_line_while_running({"/usr/bin/bash", "-c", "echo line; read -r never"});
}

TEST_F(LineOutputTest, BashPipelineWithGrep) {
  expect_line_while_running(
      {"/usr/bin/bash", "-c", "(echo line; read -r never <&3) 3<&0 | grep l"});
}

TEST_F(LineOutputTest, BashPipelineWithSedAndTr) {
  expect_line_while_running(
      {"/usr/bin/bash", "-c", "(echo nine; read -r never <&3) 3<&0 | sed s/n/l/ | tr x y"}, "line");
}

TEST_F(LineOutputTest, BashPipelineWithAwk) {
  expect_line_while_running(
      {"/usr/bin/bash", "-c", "(echo a line; read -r never <&3) 3<&0 | awk '{print $2}'"});
}

TEST_F(LineOutputTest, AwkReadsAllOfAPipe) {
  std::string input;
  for (int i = 1; i <= 2000; ++i) input += "1 " + std::to_string(i) + "\n";
  expect_output({"/usr/bin/awk", "{sum += $2} END {print NR, sum}"}, "2000 2001000\n", input);
}

TEST_F(LineOutputTest, PipeIsATerminalForNobodyElse) {
  expect_output({"/usr/bin/bash", "-c", "test -t 0 || echo no"}, "no\n");
  expect_output({"/usr/bin/python3", "-c", "import os; print(os.isatty(0), os.isatty(1))"},
                "False False\n");
}

TEST_F(LineOutputTest, AwkItself) {
  expect_line_while_running({"/usr/bin/awk", "BEGIN {print \"line\"; getline never}"});
}

TEST_F(LineOutputTest, NodeConsoleLog) {
  expect_line_while_running(
      {"/usr/bin/node", "-e", "console.log('line'); setInterval(() => 0, 1e6)"});
}

TEST_F(LineOutputTest, JavaScriptConsoleLog) {
  folder_.write("a.js", "console.log('line'); for (;;) readline('');");
  expect_line_while_running({kSandbox + "/leash-js", "./a.js"});
}

}  // namespace
}  // namespace leash::runtimes
