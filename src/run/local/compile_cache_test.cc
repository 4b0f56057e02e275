#include "run/local/compile_cache.h"

#include <gtest/gtest.h>

#include <set>

#include "protocol/job.h"
#include "sys/memfd.h"

namespace leash::run {
namespace {

const std::vector<std::string> kNames = {"program"};
constexpr CompileCache::Room kRoom{.output = base::mib(1), .disk = base::mib(64)};

/// As a compile step's init sends them.
Artifacts program(std::string_view content) {
  protocol::JobWriter writer;
  writer.add_file("program", 0755, content);
  const auto memfd = sys::make_sealed_memfd("artifacts", writer.take());
  return std::move(read_artifacts(memfd->get(), base::mib(64), kNames).value());
}

void store(CompileCache& cache, const std::string& key, std::string_view content = "ELF") {
  cache.store(key, {.exit = ProgramExit{}, .stderr_data = "a warning"}, program(content), kNames);
}

TEST(CompileCacheTest, GivesBackWhatWasStored) {
  CompileCache cache(base::mib(1));
  EXPECT_EQ(cache.find("key", kRoom), nullptr);
  store(cache, "key");
  const auto found = cache.find("key", kRoom);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->report.stderr_data, "a warning");
  EXPECT_EQ(found->artifacts.files.at(0).path, "program");
  EXPECT_EQ(found->artifacts.files.at(0).content, "ELF");
  EXPECT_EQ(cache.find("ke", kRoom), nullptr);
}

TEST(CompileCacheTest, TheFirstResultStays) {
  CompileCache cache(base::mib(1));
  store(cache, "key", "first");
  store(cache, "key", "second");
  EXPECT_EQ(cache.find("key", kRoom)->artifacts.files.at(0).content, "first");
  EXPECT_EQ(cache.figures().entries, 1U);
}

TEST(CompileCacheTest, ItsMemoryIsItsOwn) {
  CompileCache cache(base::mib(1));
  const Artifacts made = program("ELF");
  cache.store("key", {}, made, kNames);
  const auto found = cache.find("key", kRoom);
  EXPECT_NE(found->artifacts.files.at(0).content.data(), made.files.at(0).content.data());
}

TEST(CompileCacheTest, ForgetsTheLeastRecentlyUsedForRoom) {
  CompileCache cache({3 * 8192 + 100});  // two pages each, and what is said
  for (const char* key : {"a", "b", "c"}) store(cache, key, std::string(6000, 'x'));
  EXPECT_NE(cache.find("a", kRoom), nullptr);
  store(cache, "d", std::string(6000, 'x'));
  EXPECT_EQ(cache.find("b", kRoom), nullptr);
  for (const char* key : {"a", "c", "d"}) EXPECT_NE(cache.find(key, kRoom), nullptr) << key;
}

TEST(CompileCacheTest, IsBoundedInBytes) {
  constexpr std::uint64_t kLimit = 64 * 1024;
  CompileCache cache({kLimit});
  for (int i = 0; i < 200; ++i) {
    store(cache, std::to_string(i), std::string(1000 * (i % 7), 'x'));
    EXPECT_LE(cache.figures().bytes, kLimit);
  }
  EXPECT_GT(cache.figures().evictions, 100U);
  EXPECT_EQ(cache.figures().entries + cache.figures().evictions, 200U);
  EXPECT_NE(cache.find("199", kRoom), nullptr);
}

TEST(CompileCacheTest, IsBoundedInEntriesAndKeepsWhatWasUsed) {
  CompileCache cache(base::mib(1), 2);
  store(cache, "a");
  store(cache, "b");
  EXPECT_NE(cache.find("a", kRoom), nullptr);
  store(cache, "c");
  EXPECT_EQ(cache.figures().entries, 2U);
  EXPECT_NE(cache.find("a", kRoom), nullptr);
  EXPECT_EQ(cache.find("b", kRoom), nullptr);
}

TEST(CompileCacheTest, WhoHasAnEntryKeepsItWhenItIsForgotten) {
  CompileCache cache(base::mib(1), 1);
  store(cache, "a", "first");
  const auto held = cache.find("a", kRoom);
  store(cache, "b");
  EXPECT_EQ(cache.find("a", kRoom), nullptr);
  EXPECT_EQ(held->artifacts.files.at(0).content, "first");
}

TEST(CompileCacheTest, WithoutRoomNothingIsKept) {
  CompileCache none({0});
  store(none, "key");
  EXPECT_EQ(none.find("key", kRoom), nullptr);
  CompileCache small({4096});
  store(small, "other", "x");  // its page alone fits, with its key it does not
  EXPECT_EQ(small.figures(), CompileCacheFigures{});
}

TEST(CompileCacheTest, WhatARunHasNoRoomForIsNotFound) {
  CompileCache cache(base::mib(1));
  store(cache, "key", std::string(5000, 'x'));
  EXPECT_EQ(cache.find("key", {.output = base::mib(1), .disk = {5000}}), nullptr);
  EXPECT_EQ(cache.find("key", {.output = {8}, .disk = base::mib(1)}), nullptr);
  EXPECT_NE(cache.find("key", {.output = {9}, .disk = {8192}}), nullptr);
}

class CompileKeyTest : public testing::Test {
 protected:
  CompileKeyTest() {
    runtimes::Descriptor language;
    language.id = "c";
    language.compile.emplace();
    language.compile->volatile_names = {"__TIME__"};
    runtimes::Descriptor other = language;
    other.id = "d";
    catalog_.emplace(std::move(runtimes::Catalog::make({language, other}, {"c", "d"}).value()));
  }
  std::string key(const RunSpec& spec, std::size_t language = 0, std::string_view version = "12") {
    return compile_key(spec, *catalog_, language, version).value();
  }
  std::optional<runtimes::Catalog> catalog_;
};

TEST_F(CompileKeyTest, WhatTheCompilerDoesNotSeeIsNotInIt) {
  const RunSpec one{.files = {{"a.c", "x"}}, .entry = "a.c"};
  RunSpec two = one;
  two.args = {"an argument"};
  two.stdin_data = "input";
  two.limits.wall = base::Millis(1);
  two.compile_limits.memory = base::mib(1);
  EXPECT_EQ(key(one), key(two));
}

TEST_F(CompileKeyTest, NoTwoRequestsAreWrittenAlike) {
  const RunSpec base{.tenant = "t", .files = {{"a.c", "x"}, {"b.c", "y"}}, .entry = "a.c"};
  std::vector<RunSpec> specs(12, base);
  specs[1].tenant = "u";
  specs[2].entry = "b.c";
  specs[3].files = {{"b.c", "y"}, {"a.c", "x"}};  // the order in which they are linked
  specs[4].files = {{"a.c", "y"}, {"b.c", "x"}};
  specs[5].files = {{"a.c", "xb.c"}, {"", "y"}};
  specs[6].files = {{"a.c", "x"}};
  specs[7].files = {{"a.cx", ""}, {"b.c", "y"}};
  specs[8].env = {{"A", "B"}};
  specs[9].env = {{"AB", ""}};
  specs[10].env = {{"A", ""}, {"B", ""}};
  specs[11].tenant = "";
  std::set<std::string> keys;
  for (const RunSpec& spec : specs) keys.insert(key(spec));
  keys.insert(key(base, 1));
  keys.insert(key(base, 0, "13"));
  EXPECT_EQ(keys.size(), specs.size() + 2);
}

/// Whoever writes the numbers of a key into a file gets another key all the same.
TEST_F(CompileKeyTest, AFileCannotPretendToBeTwo) {
  const RunSpec two{.files = {{"a", "x"}, {"b", "y"}}, .entry = "a"};
  RunSpec one{.files = {{"a", ""}}, .entry = "a"};
  const std::string whole = key(two);
  one.files[0].content = whole.substr(whole.find('x'), whole.rfind('y') + 1 - whole.find('x'));
  EXPECT_NE(key(one), whole);
}

TEST_F(CompileKeyTest, WhatAsksForTheTimeHasNone) {
  const RunSpec spec{.files = {{"a.c", "x"}, {"b.c", "puts(__TIME__);"}}, .entry = "a.c"};
  EXPECT_EQ(compile_key(spec, *catalog_, 0, "12"), std::nullopt);
}

}  // namespace
}  // namespace leash::run
