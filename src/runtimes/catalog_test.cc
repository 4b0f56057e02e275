#include "runtimes/catalog.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace leash::runtimes {
namespace {

namespace fs = std::filesystem;

/// A runtimes folder of its own, gone at the end of the test.
class CatalogTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "leash-catalog-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path, std::ios::binary) << text;
  }

  void add(const std::string& id, const std::string& aliases = "",
           const std::string& extension = ".x") const {
    write(id + "/runtime.toml",
          "id = \"" + id + "\"\nname = \"n\"\nentry = \"main.x\"\n" + "extensions = [\"" +
              extension + "\"]\naliases = [" + aliases +
              "]\n[version]\ncommand = [\"/bin/x\"]\npattern = '(.*)'\n" +
              "[run]\ncommand = [\"/bin/x\", \"{entry}\"]\n" +
              "[selftest]\nfile = \"hello.x\"\nexpected = \"expected.txt\"\n");
    write(id + "/hello.x", "say hello");
    write(id + "/expected.txt", "hello\n");
  }

  std::string load_problem() const {
    const auto catalog = load_catalog(folder_);
    return catalog ? "" : catalog.error().message();
  }

  fs::path folder_;
};

TEST_F(CatalogTest, IsSortedById) {
  add("zeta");
  add("alpha");
  add("mid");
  const auto catalog = load_catalog(folder_);
  ASSERT_TRUE(catalog) << catalog.error().message();
  ASSERT_EQ(catalog->languages().size(), 3U);
  EXPECT_EQ(catalog->languages()[0].id, "alpha");
  EXPECT_EQ(catalog->languages()[2].id, "zeta");
  EXPECT_EQ(catalog->find("mid"), 1U);
}

TEST_F(CatalogTest, FindsByAliasInAnyCase) {
  add("cpp", "\"c++\"");
  const auto catalog = load_catalog(folder_);
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->find("C++"), 0U);
  EXPECT_EQ(catalog->find("CPP"), 0U);
  EXPECT_EQ(catalog->find("c"), std::nullopt);
  EXPECT_EQ(catalog->find(""), std::nullopt);
}

TEST_F(CatalogTest, FindsByFileAndTheFirstIdWins) {
  add("javascript", "", ".js");
  add("node", "", ".js");
  const auto catalog = load_catalog(folder_);
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->find_by_file("dir/a.js"), 0U);
  EXPECT_EQ(catalog->find_by_file("a.rb"), std::nullopt);
}

TEST_F(CatalogTest, ReadsTheSelfTest) {
  add("a");
  const auto catalog = load_catalog(folder_);
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->languages()[0].selftest.code, "say hello");
  EXPECT_EQ(catalog->languages()[0].selftest.expected_output, "hello\n");
}

TEST_F(CatalogTest, NameUsedTwiceIsAnError) {
  add("a", "\"same\"");
  add("b", "\"same\"");
  EXPECT_EQ(load_problem(), "load 'b': the name 'same' belongs to 'a' already");
}

TEST_F(CatalogTest, AliasThatIsAnotherIdIsAnError) {
  add("a", "\"b\"");
  add("b");
  EXPECT_EQ(load_problem(), "load 'b': the name 'b' belongs to 'a' already");
}

TEST_F(CatalogTest, AliasOfItselfIsAnError) {
  add("a", "\"a\"");
  EXPECT_EQ(load_problem(), "load 'a': the name 'a' belongs to 'a' already");
}

TEST_F(CatalogTest, IdMustBeTheNameOfTheFolder) {
  add("a");
  fs::rename(folder_ / "a", folder_ / "b");
  EXPECT_NE(load_problem().find("id: must be the name of its folder"), std::string::npos);
}

TEST_F(CatalogTest, MissingSelfTestFileIsNamed) {
  add("a");
  fs::remove(folder_ / "a/expected.txt");
  EXPECT_NE(load_problem().find("a/expected.txt': No such file"), std::string::npos);
}

TEST_F(CatalogTest, OneBrokenLanguageIsAnErrorForAll) {
  add("a");
  write("b/runtime.toml", "id = 3");
  EXPECT_NE(load_problem().find("b/runtime.toml"), std::string::npos);
}

TEST_F(CatalogTest, MissingFolderAndEmptyFolderAreErrors) {
  EXPECT_NE(load_problem().find("no language"), std::string::npos);
  fs::remove_all(folder_);
  EXPECT_NE(load_problem().find("No such file"), std::string::npos);
}

TEST_F(CatalogTest, FoldersWithoutADescriptorArePassedOver) {
  add("a");
  write("notes/README.md", "x");
  write("README.md", "x");
  const auto catalog = load_catalog(folder_);
  ASSERT_TRUE(catalog) << catalog.error().message();
  EXPECT_EQ(catalog->languages().size(), 1U);
}

TEST_F(CatalogTest, FingerprintFollowsTheContents) {
  add("a");
  add("b");
  const std::uint64_t first = load_catalog(folder_)->fingerprint();
  EXPECT_EQ(load_catalog(folder_)->fingerprint(), first);
  add("b", "\"bee\"");
  EXPECT_NE(load_catalog(folder_)->fingerprint(), first);
}

}  // namespace
}  // namespace leash::runtimes
