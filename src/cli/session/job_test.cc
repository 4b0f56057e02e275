#include "cli/session/job.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace leash::cli {
namespace {

namespace fs = std::filesystem;

const std::vector<KnownLanguage> kLanguages = {
    {.id = "python", .names = {"python", "py"}, .extensions = {".py"}},
    {.id = "cpp", .names = {"cpp", "cc"}, .extensions = {".cpp"}}};

TEST(Complete, ASingleFileIsItsOwnEntryAndTellsTheLanguage) {
  Job job{.files = {{.path = "script.py", .content = ""}}};
  ASSERT_TRUE(complete(job, kLanguages));
  EXPECT_EQ(job.entry, "script.py");
  EXPECT_EQ(job.language, "python");
}

TEST(Complete, AnExtensionInAnotherCaseTellsNoLanguage) {
  for (const char* name : {"main.CPP", "main.Cc"}) {
    Job job{.files = {{.path = name, .content = ""}}};
    EXPECT_FALSE(complete(job, kLanguages)) << name;
  }
}

TEST(Complete, AnAliasServesAsExtension) {
  Job job{.files = {{.path = "a.cc", .content = ""}}};
  ASSERT_TRUE(complete(job, kLanguages));
  EXPECT_EQ(job.language, "cpp");
}

TEST(Complete, OfSeveralFilesTheOneCalledMainIsStarted) {
  Job job{.files = {{.path = "lib/main.py", .content = ""},
                    {.path = "main.py", .content = ""},
                    {.path = "util.py", .content = ""}}};
  ASSERT_TRUE(complete(job, kLanguages));
  EXPECT_EQ(job.entry, "main.py");
}

TEST(Complete, AsksForWhatItCannotFind) {
  Job no_entry{.files = {{.path = "a.py", .content = ""}, {.path = "b.py", .content = ""}}};
  EXPECT_EQ(complete(no_entry, kLanguages).error().detail,
            "which file is to be started? Give --entry FILE");
  Job wrong_entry{.files = {{.path = "a.py", .content = ""}}, .entry = "b.py"};
  EXPECT_EQ(complete(wrong_entry, kLanguages).error().detail, "the entry is not among the files");
  Job no_language{.files = {{.path = "a.txt", .content = ""}}};
  EXPECT_EQ(complete(no_language, kLanguages).error().detail,
            "its name tells no language; give --language");
  Job given{.language = "bash", .files = {{.path = "noext", .content = ""}}};
  EXPECT_TRUE(complete(given, kLanguages));
}

TEST(ToJson, HoldsWhatWasGivenAndNothingElse) {
  const Job job{.language = "python",
                .files = {{.path = "a.py", .content = "1"}, {.path = "b.bin", .content = "\xff"}},
                .entry = "a.py",
                .args = {"-x"},
                .env = {{"K", "v"}},
                .limits = {.limits = {{"wall_ms", 5}}, .compile_limits = {}},
                .key = "tab"};
  EXPECT_EQ(boost::json::parse(to_json(job)), boost::json::parse(R"({
    "language":"python","entry":"a.py","args":["-x"],"env":{"K":"v"},"limits":{"wall_ms":5},
    "key":"tab","files":[{"path":"a.py","content":"1"},
                         {"path":"b.bin","content":"/w==","encoding":"base64"}]})"));
}

TEST(ReadProgram, TakesAFileOrAFolderWithoutHiddenNamesAndLinks) {
  std::string name = testing::TempDir() + "leash-job-XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const fs::path folder = name;
  fs::create_directories(folder / "sub");
  fs::create_directories(folder / ".git");
  std::ofstream(folder / "main.py") << "1";
  std::ofstream(folder / "sub/util.py") << "2";
  std::ofstream(folder / ".git/config") << "3";
  fs::create_symlink("/etc/passwd", folder / "link.py");
  const auto all = read_program(folder);
  ASSERT_TRUE(all) << all.error().message();
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).path, "main.py");
  EXPECT_EQ(all->at(1).path, "sub/util.py");
  const auto one = read_program(folder / "sub/util.py");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->at(0).path, "util.py");
  EXPECT_EQ(one->at(0).content, "2");
  EXPECT_FALSE(read_program(folder / "absent.py"));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace leash::cli
