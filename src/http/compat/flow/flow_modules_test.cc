#include "http/compat/flow/flow_modules.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>

namespace leash::http {
namespace {

class FlowModulesTest : public ::testing::Test {
 protected:
  FlowModulesTest()
      : folder_(std::filesystem::path(::testing::TempDir()) /
                ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~FlowModulesTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  /// The paths of a bundle, with commas.
  static std::string paths(const FlowModules& modules, std::string_view code) {
    const std::string bundle = modules.bundle_for(code);
    std::string paths;
    const auto document = boost::json::parse(bundle);
    for (const auto& [path, text] : document.as_object()) {
      if (!paths.empty()) paths += ',';
      paths += path;
    }
    return paths;
  }

  std::filesystem::path folder_;
};

TEST_F(FlowModulesTest, ABlockGetsWhatItNamesAndWhatThatNames) {
  write("days.js", "exports.day = 1");
  write("sums.js", "const days = require('days')");
  write("big/package.json", "{}");
  write("big/index.js", "");
  write("@a/b/index.js", "");
  write("notes.txt", "no module");
  write(".hidden/x.js", "");
  const auto modules = FlowModules::load({folder_.string()});
  ASSERT_TRUE(modules) << modules.error().message();
  EXPECT_EQ(modules->names(), (std::set<std::string>{"@a/b", "big", "days", "sums"}));
  EXPECT_EQ(paths(*modules, "return 1"), "");
  EXPECT_EQ(paths(*modules, "return require('days').day"), "days.js");
  EXPECT_EQ(paths(*modules, "require(\"sums\")"), "sums.js,days.js");
  EXPECT_EQ(paths(*modules, "require( `@a/b/index` )"), "@a/b/index.js");
  // It cannot be told which: all of them.
  EXPECT_NE(paths(*modules, "require('da' + 'ys')").find("big/index.js"), std::string::npos);
  EXPECT_NE(paths(*modules, "const r = require; r(n)").find("@a/b"), std::string::npos);
}

TEST_F(FlowModulesTest, AFolderThatCannotBeReadOrAModuleThatIsThereTwiceIsAnError) {
  EXPECT_FALSE(FlowModules::load({(folder_ / "none").string()}));
  write("one/x.js", "");
  write("two/x.js", "");
  EXPECT_FALSE(FlowModules::load({(folder_ / "one").string(), (folder_ / "two").string()}));
  write("one/y.js", "\xff\xfe");
  EXPECT_FALSE(FlowModules::load({(folder_ / "one").string()}));
  EXPECT_TRUE(FlowModules::load({}));
}

}  // namespace
}  // namespace leash::http
