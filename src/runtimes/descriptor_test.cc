#include "runtimes/descriptor.h"

#include <gtest/gtest.h>

#include <string>

namespace leash::runtimes {
namespace {

constexpr std::string_view kGood = R"toml(
id = "cpp"
name = "C++ 20"
entry = "main.cpp"
extensions = [".cpp", ".cc"]
aliases = ["c++", "g++"]
warm = "none"
mounts = ["/etc/alternatives"]

[version]
command = ["/usr/bin/g++", "-dumpfullversion"]
pattern = '([0-9.]+)'

[compile]
command = ["/usr/bin/g++", "-o", "program", "{sources}"]
sources = [".cpp", ".cc"]
artifacts = ["program"]
volatile = ["__TIME__"]

[run]
command = ["./program", "{args}"]

[environment]
MODE = "fast"

[limits]
wall_ms = 5000
idle_ms = 700
memory_bytes = 1048576
tasks = 9

[compile_limits]
wall_ms = 20000

[selftest]
file = "hello.cpp"
expected = "expected.txt"
)toml";

/// kGood with the first occurrence of `from` replaced.
std::string changed(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// What is wrong with the text, or "" if nothing is.
std::string problem(const std::string& text) {
  const auto result = parse_descriptor(text, "x/runtime.toml");
  if (result) return "";
  EXPECT_EQ(result.error().object, "x/runtime.toml");
  return result.error().detail;
}

TEST(DescriptorTest, ReadsEveryField) {
  const auto result = parse_descriptor(kGood, "cpp/runtime.toml");
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_EQ(result->id, "cpp");
  EXPECT_EQ(result->name, "C++ 20");
  EXPECT_EQ(result->entry, "main.cpp");
  EXPECT_EQ(result->extensions, (std::vector<std::string>{".cpp", ".cc"}));
  EXPECT_EQ(result->aliases, (std::vector<std::string>{"c++", "g++"}));
  EXPECT_EQ(result->warm, Warm::kNone);
  EXPECT_EQ(result->version.command, (Command{"/usr/bin/g++", "-dumpfullversion"}));
  ASSERT_TRUE(result->compile.has_value());
  EXPECT_EQ(result->compile->artifacts, (std::vector<std::string>{"program"}));
  EXPECT_EQ(result->compile->volatile_names, (std::vector<std::string>{"__TIME__"}));
  EXPECT_EQ(result->run, (Command{"./program", "{args}"}));
  EXPECT_EQ(result->environment.at("MODE"), "fast");
  EXPECT_EQ(result->limits.wall, base::Millis(5000));
  EXPECT_EQ(result->limits.idle, base::Millis(700));
  EXPECT_EQ(result->limits.memory, base::mib(1));
  EXPECT_EQ(result->limits.tasks, 9U);
  EXPECT_EQ(result->compile_limits.wall, base::Millis(20000));
  EXPECT_EQ(result->selftest.file, "hello.cpp");
  EXPECT_EQ(result->mounts, (std::vector<std::string>{"/etc/alternatives"}));
}

TEST(DescriptorTest, AbsentLimitsAreTheCommonDefaults) {
  const auto result = parse_descriptor(kGood, "cpp/runtime.toml");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->limits.cpu, std::nullopt);
  EXPECT_EQ(result->limits.output, base::mib(1));
  EXPECT_EQ(result->limits.disk, base::mib(64));
  EXPECT_EQ(result->compile_limits.memory, base::gib(1));
  EXPECT_EQ(RunLimits{}.memory, base::mib(256));
  EXPECT_EQ(RunLimits{}.wall, base::Millis(10'000));
}

struct BadCase {
  const char* sentence;
  const char* from;
  const char* to;
  const char* names;  ///< The error must hold this.
};

class BadDescriptorTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadDescriptorTest, IsRefusedAndTheKeyIsNamed) {
  const BadCase& bad = GetParam();
  EXPECT_NE(problem(changed(bad.from, bad.to)).find(bad.names), std::string::npos)
      << bad.sentence << ": '" << problem(changed(bad.from, bad.to)) << "'";
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadDescriptorTest,
    testing::Values(
        BadCase{"broken toml", "id = \"cpp\"", "id = ", "line 2"},
        BadCase{"unknown key", "name =", "nmae = 1\nname =", "nmae: unknown key"},
        BadCase{"unknown key inside", "tasks =", "task = 1\ntasks =", "limits.task: unknown key"},
        BadCase{"missing id", "id = \"cpp\"", "", "id: missing"},
        BadCase{"id with upper case", "\"cpp\"", "\"Cpp\"", "id: must match"},
        BadCase{"id is a path", "\"cpp\"", "\"../cpp\"", "id: must match"},
        BadCase{"wrong type", "\"C++ 20\"", "20", "name: must be a string"},
        BadCase{"entry outside", "\"main.cpp\"", "\"../main.cpp\"", "entry: must be"},
        BadCase{"extension without dot", "[\".cpp\", \".cc\"]", "[\"cpp\"]", "extensions: 'cpp'"},
        BadCase{"no extensions", "[\".cpp\", \".cc\"]", "[]", "extensions: must"},
        BadCase{"list with a number", "[\"c++\", \"g++\"]", "[\"c++\", 3]", "aliases: must hold"},
        BadCase{"alias in upper case", "\"g++\"", "\"G++\"", "aliases: 'G++'"},
        BadCase{"unknown warm", "\"none\"", "\"hot\"", "warm: must be"},
        BadCase{"zygote without a program", "\"none\"", "\"zygote\"", "zygote: must be"},
        BadCase{"program without zygote", "\"none\"", "\"none\"\nzygote = \"/x\"", "zygote: must"},
        BadCase{"prestart without a command", "\"none\"", "\"prestart\"", "run.prestart: must be"},
        BadCase{"command without prestart", "[environment]",
                "[run.prestart]\ncommand = [\"/x\"]\n[environment]", "run.prestart: must be"},
        BadCase{"relative mount", "/etc/alternatives", "etc", "mounts: 'etc'"},
        BadCase{"mount that climbs", "/etc/alternatives", "/etc/../root", "mounts: "},
        BadCase{"relative program", "/usr/bin/g++", "g++", "version.command: 'g++'"},
        BadCase{"program that climbs", "./program", "./../program", "run.command: "},
        BadCase{"bad regex", "([0-9.]+)", "([0-9.+", "version.pattern: "},
        BadCase{"regex without group", "([0-9.]+)", "[0-9.]+", "version.pattern: must have"},
        BadCase{"regex with a long number", "([0-9.]+)", "([0-9]{1,9999})",
                "version.pattern: has a"},
        BadCase{"unknown placeholder", "{args}", "{argv}", "unknown placeholder {argv}"},
        BadCase{"args while compiling", "{sources}", "{args}", "compile.command: unknown"},
        BadCase{"placeholder in a word", "{args}", "-x{args}", "must be an element of its own"},
        BadCase{"placeholder in version", "-dumpfullversion", "{entry}", "version.command: unkn"},
        BadCase{"empty command", "[\"./program\", \"{args}\"]", "[]", "run.command: missing"},
        BadCase{"no run", "[run]\ncommand = [\"./program\", \"{args}\"]", "", "run: missing"},
        BadCase{"sources not listed", "sources = [\".cpp\", \".cc\"]", "", "compile.sources"},
        BadCase{"artifact elsewhere", "[\"program\"]", "[\"/tmp/x\"]", "compile.artifacts"},
        BadCase{"volatile is everything", "__TIME__", "", "compile.volatile"},
        BadCase{"no artifact", "artifacts = [\"program\"]", "", "compile.artifacts"},
        BadCase{"variable name", "MODE =", "\"A=B\" =", "environment.A=B"},
        BadCase{"variable value", "\"fast\"", "1", "environment.MODE: must be a string"},
        BadCase{"zero limit", "wall_ms = 5000", "wall_ms = 0", "limits.wall_ms: must"},
        BadCase{"limit as text", "tasks = 9", "tasks = \"9\"", "limits.tasks: must"},
        BadCase{"huge tasks", "tasks = 9", "tasks = 5000000000", "limits.tasks: too large"},
        BadCase{"section is no table", "[environment]\nMODE = \"fast\"", "[[environment]]",
                "table"},
        BadCase{"test file elsewhere", "\"hello.cpp\"", "\"/etc/passwd\"", "selftest.file"}));

TEST(DescriptorTest, CompileLimitsNeedACompileStep) {
  std::string text = changed("[compile]", "[gone]");
  EXPECT_NE(problem(text).find("compile_limits: makes no sense"), std::string::npos);
}

/// kGood with processes that are started ahead, the one of the run with this text.
std::string prestarted(const std::string& run) {
  std::string text = changed("\"none\"", "\"prestart\"");
  text.insert(text.find("[environment]"),
              "[compile.prestart]\ncommand = [\"/c\"]\n[run.prestart]\n" + run);
  return text;
}

TEST(DescriptorTest, PrestartIsReadForBothSteps) {
  const auto result = parse_descriptor(prestarted("command = [\"/x\", \"y\"]\n"
                                                  "environment = { A = \"1\" }\n"
                                                  "start_variables = [\"X_\"]\n"
                                                  "min_memory_bytes = 4096\n"),
                                       "cpp/runtime.toml");
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_EQ(result->warm, Warm::kPrestart);
  EXPECT_EQ(result->run_prestart, (Prestart{.command = {"/x", "y"},
                                            .environment = {{"A", "1"}},
                                            .start_variables = {"X_"},
                                            .min_memory = {4096}}));
  ASSERT_TRUE(result->compile->prestart.has_value());
  EXPECT_EQ(result->compile->prestart->min_memory, base::mib(128));
}

TEST(DescriptorTest, BadPrestartIsRefusedAndTheKeyIsNamed) {
  const std::string command = "command = [\"/x\"]\n";
  const auto expect = [](const std::string& run, std::string_view names) {
    EXPECT_NE(problem(prestarted(run)).find(names), std::string::npos) << problem(prestarted(run));
  };
  expect("", "run.prestart.command: missing");
  expect("command = [\"x\"]\n", "run.prestart.command: 'x'");
  expect("command = [\"/x\", \"{entry}\"]\n", "run.prestart.command: unknown placeholder");
  expect(command + "environment = { \"A=B\" = \"1\" }\n", "run.prestart.environment.A=B");
  expect(command + "start_variables = [\"X=\"]\n", "run.prestart.start_variables: 'X='");
  expect(command + "min_memory_bytes = 0\n", "run.prestart.min_memory_bytes: must");
  expect(command + "memory = 1\n", "run.prestart.memory: unknown key");
}

TEST(FindVersionTest, TakesTheGroup) {
  const VersionProbe probe{.command = {"/usr/bin/python3"}, .pattern = "Python ([0-9.]+)"};
  EXPECT_EQ(find_version(probe, "Python 3.11.2\n"), "3.11.2");
  EXPECT_EQ(find_version(probe, "command not found\n"), std::nullopt);
}

TEST(FindVersionTest, SurvivesHugeOutput) {
  const VersionProbe probe{.command = {"/bin/x"}, .pattern = "a.*b(c)"};
  EXPECT_EQ(find_version(probe, std::string(std::size_t{8} << 20, 'a')), std::nullopt);
}

}  // namespace
}  // namespace leash::runtimes
