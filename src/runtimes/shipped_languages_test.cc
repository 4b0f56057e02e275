// The catalog that is shipped. That its languages run is shown in the sandbox: tests/e2e.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtimes/catalog.h"

namespace leash::runtimes {
namespace {

Catalog shipped() {
  auto catalog = load_catalog(LEASH_RUNTIMES_DIR);
  EXPECT_TRUE(catalog) << catalog.error().message();
  return catalog.value();
}

TEST(ShippedCatalogTest, NamesPeopleUseAreKnown) {
  const Catalog catalog = shipped();
  const std::pair<const char*, const char*> names[] = {
      {"py", "python"}, {"python3", "python"}, {"js", "javascript"}, {"nodejs", "node"},
      {"sh", "bash"},   {"c++", "cpp"},        {"gcc", "c"},         {"JavaScript", "javascript"},
      {"C++", "cpp"},   {"c#", "csharp"},      {"jdk", "java"}};
  for (const auto& [name, id] : names) {
    ASSERT_TRUE(catalog.find(name).has_value()) << name;
    EXPECT_EQ(catalog.languages()[*catalog.find(name)].id, id) << name;
  }
  EXPECT_EQ(catalog.languages()[catalog.find_by_file("a.js").value()].id, "javascript");
  EXPECT_EQ(catalog.languages()[catalog.find_by_file("a.mjs").value()].id, "node");
}

TEST(ShippedCatalogTest, EveryFolderIsALanguage) {
  std::vector<std::string> ids;
  const Catalog catalog = shipped();
  for (const Descriptor& language : catalog.languages()) ids.push_back(language.id);
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre("bash", "c", "cpp", "csharp", "java",
                                                   "javascript", "node", "python"));
}

TEST(ShippedCatalogTest, TheCopyBesideTheProgramsIsTheSame) {
  const auto copy = load_catalog(LEASH_SANDBOX_DIR "/../runtimes");
  ASSERT_TRUE(copy) << copy.error().message();
  EXPECT_EQ(copy->fingerprint(), shipped().fingerprint());
}

}  // namespace
}  // namespace leash::runtimes
