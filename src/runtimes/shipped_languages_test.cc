// Every language of runtimes/ on this machine, without a sandbox: version, compile step, self-test.

#include <gtest/gtest.h>

#include <string>

#include "runtimes/catalog.h"
#include "runtimes/plan.h"
#include "runtimes/testing/process.h"

namespace leash::runtimes {
namespace {

using testing::Process;
using testing::TemporaryFolder;

/// Where the sandbox shows the folder that this build calls LEASH_SANDBOX_DIR.
constexpr std::string_view kSandboxPrefix = "/opt/leash";

Catalog shipped() {
  auto catalog = load_catalog(LEASH_RUNTIMES_DIR);
  EXPECT_TRUE(catalog) << catalog.error().message();
  return catalog.value();
}

std::string outside(const std::string& path) {
  if (!path.starts_with(kSandboxPrefix)) return path;
  return LEASH_SANDBOX_DIR + path.substr(kSandboxPrefix.size());
}

class ShippedLanguagesTest : public ::testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] testing::Launch launch(const Descriptor& language, Command command) const {
    command[0] = outside(command[0]);
    if (command[0].starts_with("./")) command[0] = folder_.path() + command[0].substr(1);
    testing::Launch result{.argv = std::move(command), .environment = {}, .folder = folder_.path()};
    for (const auto& [name, value] : language.environment) {
      result.environment.emplace_back(name, outside(value));
    }
    result.environment.emplace_back("PYTHONDONTWRITEBYTECODE", "1");
    result.environment.emplace_back("TMPDIR", folder_.path());
    return result;
  }

  TemporaryFolder folder_;
};

TEST_P(ShippedLanguagesTest, TellsItsVersion) {
  const Catalog catalog = shipped();
  const Descriptor& language = catalog.languages()[catalog.find(GetParam()).value()];
  Process process(launch(language, language.version.command));
  EXPECT_EQ(process.finish(), 0);
  const auto version = find_version(language.version, process.out() + process.err());
  ASSERT_TRUE(version.has_value()) << process.out() << process.err();
  EXPECT_NE(version->find('.'), std::string::npos) << *version;
  EXPECT_FALSE(version->ends_with('.')) << *version;
}

TEST_P(ShippedLanguagesTest, PassesItsSelfTest) {
  const Catalog catalog = shipped();
  const Descriptor& language = catalog.languages()[catalog.find(GetParam()).value()];
  folder_.write(language.entry, language.selftest.code);
  const JobFiles job{.entry = language.entry, .paths = {language.entry}, .args = {}};
  if (language.compile) {
    const auto command = plan_compile(language, job);
    ASSERT_TRUE(command) << command.error().message();
    Process compiler(launch(language, *command));
    EXPECT_EQ(compiler.finish(), 0) << compiler.err();
    EXPECT_EQ(compiler.err(), "");
  }
  Process program(launch(language, plan_run(language, job)));
  EXPECT_EQ(program.finish(), 0) << program.err();
  EXPECT_EQ(program.out(), language.selftest.expected_output);
  EXPECT_EQ(program.err(), "");
}

INSTANTIATE_TEST_SUITE_P(Each, ShippedLanguagesTest,
                         ::testing::Values("bash", "c", "cpp", "javascript", "node", "python"),
                         [](const auto& entry) { return entry.param; });

TEST(ShippedCatalogTest, NamesPeopleUseAreKnown) {
  const Catalog catalog = shipped();
  const std::pair<const char*, const char*> names[] = {
      {"py", "python"}, {"python3", "python"}, {"js", "javascript"}, {"nodejs", "node"},
      {"sh", "bash"},   {"c++", "cpp"},        {"gcc", "c"},         {"JavaScript", "javascript"},
      {"C++", "cpp"}};
  for (const auto& [name, id] : names) {
    ASSERT_TRUE(catalog.find(name).has_value()) << name;
    EXPECT_EQ(catalog.languages()[*catalog.find(name)].id, id) << name;
  }
  EXPECT_EQ(catalog.languages()[catalog.find_by_file("a.js").value()].id, "javascript");
  EXPECT_EQ(catalog.languages()[catalog.find_by_file("a.mjs").value()].id, "node");
}

TEST(ShippedCatalogTest, EveryFolderIsInTheTableAbove) {
  EXPECT_EQ(shipped().languages().size(), 6U);
}

TEST(ShippedCatalogTest, TheCopyBesideTheProgramsIsTheSame) {
  const auto copy = load_catalog(LEASH_SANDBOX_DIR "/../runtimes");
  ASSERT_TRUE(copy) << copy.error().message();
  EXPECT_EQ(copy->fingerprint(), shipped().fingerprint());
}

}  // namespace
}  // namespace leash::runtimes
