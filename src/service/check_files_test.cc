#include "service/check_files.h"

#include <gtest/gtest.h>

namespace leash::service {
namespace {

using runtimes::Descriptor;

const Descriptor kLanguage{.id = "toy", .entry = "main.toy"};

RunRequest with_paths(const std::vector<std::string>& paths) {
  RunRequest request;
  for (const std::string& path : paths) request.files.push_back({.path = path, .content = "x"});
  return request;
}

/// "code@field", or "entry <path>" if it is fine.
std::string verdict(RunRequest request) {
  const auto job = check_files(request, kLanguage);
  if (job) return "entry " + job->entry;
  return std::string(to_string(job.error().code)) + "@" + job.error().field;
}

TEST(PathTest, GoodOnes) {
  for (const std::string& path :
       {std::string("a"), std::string("a/b/c.txt"), std::string("..."), std::string(".hidden"),
        std::string("ünïcode"), std::string("-o"), std::string(255, 'x'), std::string("a b\n")}) {
    EXPECT_EQ(path_problem(path), std::nullopt) << path;
  }
}

TEST(PathTest, BadOnesSayWhy) {
  EXPECT_EQ(path_problem(""), "it is empty");
  EXPECT_EQ(path_problem("/etc/passwd"), "it is not relative");
  EXPECT_EQ(path_problem("a//b"), "it has an empty part");
  EXPECT_EQ(path_problem("a/"), "it has an empty part");
  EXPECT_EQ(path_problem("./a"), "it has a part '.'");
  EXPECT_EQ(path_problem("a/../b"), "it has a part '..'");
  EXPECT_EQ(path_problem(".."), "it has a part '..'");
  EXPECT_EQ(path_problem(std::string_view("a\0b", 3)), "it holds a NUL");
  EXPECT_EQ(path_problem("a\\b"), "it holds a backslash");
  EXPECT_EQ(path_problem("a\xff"), "it is not UTF-8");
  EXPECT_EQ(path_problem("d/" + std::string(256, 'x')), "a part of it is longer than 255 bytes");
}

TEST(PathTest, WholeLengthIsBounded) {
  std::string path = std::string(255, 'x');
  while (path.size() + 256 <= 4000) path += "/" + std::string(255, 'x');
  EXPECT_EQ(path.size(), 3839U);
  EXPECT_EQ(path_problem(path), std::nullopt);
  EXPECT_EQ(path_problem(path + "/" + std::string(160, 'x')), std::nullopt);
  EXPECT_EQ(path_problem(path + "/" + std::string(161, 'x')), "it is longer than 4000 bytes");
}

TEST(CheckFilesTest, CodeGetsTheUsualNameOrTheOneAskedFor) {
  RunRequest request{.code = "1"};
  auto job = check_files(request, kLanguage);
  ASSERT_TRUE(job);
  EXPECT_EQ(job->entry, "main.toy");
  ASSERT_EQ(job->files.size(), 1U);
  EXPECT_EQ(job->files[0].path, "main.toy");
  EXPECT_EQ(job->files[0].content, "1");
  EXPECT_EQ(verdict({.code = "1", .entry = "src/other.toy"}), "entry src/other.toy");
  EXPECT_EQ(verdict({.code = "1", .entry = "../x"}), "invalid_value@entry");
  EXPECT_EQ(verdict({.code = ""}), "entry main.toy");
}

TEST(CheckFilesTest, ExactlyOneOfCodeAndFiles) {
  EXPECT_EQ(verdict({}), "invalid_shape@code");
  RunRequest both = with_paths({"a"});
  both.code = "1";
  EXPECT_EQ(verdict(both), "invalid_value@files");
}

TEST(CheckFilesTest, EntryIsAskedForOrUsualOrTheOnlyOne) {
  RunRequest asked = with_paths({"main.toy", "b.toy"});
  asked.entry = "b.toy";
  EXPECT_EQ(verdict(asked), "entry b.toy");
  asked.entry = "c.toy";
  EXPECT_EQ(verdict(asked), "invalid_value@entry");
  EXPECT_EQ(verdict(with_paths({"b.toy", "main.toy"})), "entry main.toy");
  EXPECT_EQ(verdict(with_paths({"b.toy"})), "entry b.toy");
  EXPECT_EQ(verdict(with_paths({"a.toy", "b.toy"})), "invalid_value@entry");
}

TEST(CheckFilesTest, PathsAreNamedByTheirPlace) {
  EXPECT_EQ(verdict(with_paths({"main.toy", "/x"})), "invalid_value@files[1].path");
  EXPECT_EQ(verdict(with_paths({"main.toy", "x", "x"})), "invalid_value@files[2].path");
}

TEST(CheckFilesTest, NoFileIsAFolderAsWell) {
  EXPECT_EQ(verdict(with_paths({"main.toy", "a", "a/b"})), "invalid_value@files[2].path");
  EXPECT_EQ(verdict(with_paths({"main.toy", "a/b/c", "a"})), "invalid_value@files[1].path");
  EXPECT_EQ(verdict(with_paths({"main.toy", "a/b", "a/c", "ab"})), "entry main.toy");
}

TEST(CheckFilesTest, TooManyFiles) {
  std::vector<std::string> paths{"main.toy"};
  while (paths.size() < kMaxFiles) paths.push_back("f" + std::to_string(paths.size()));
  EXPECT_EQ(verdict(with_paths(paths)), "entry main.toy");
  paths.push_back("one-more");
  EXPECT_EQ(verdict(with_paths(paths)), "too_large@files");
}

TEST(CheckFilesTest, SizeIsCountedInPages) {
  EXPECT_EQ(size_on_disk({}), base::Bytes{0});
  EXPECT_EQ(size_on_disk({{.path = "a", .content = ""}}), base::Bytes{0});
  EXPECT_EQ(size_on_disk(
                {{.path = "a", .content = "x"}, {.path = "b", .content = std::string(4097, 'x')}}),
            base::kib(12));
}

TEST(CheckFilesTest, ManyFoldersNeedADiskWithRoomForThem) {
  std::vector<run::SourceFile> files;
  for (int i = 0; i < 20; ++i) files.push_back({.path = "a/b/" + std::to_string(i), .content = ""});
  EXPECT_EQ(size_on_disk(files), base::Bytes{0});  // 20 files, 2 folders
  for (int i = 0; i < 20; ++i) files.push_back({.path = std::to_string(i) + "/x", .content = ""});
  EXPECT_EQ(size_on_disk(files), base::kib(4 * (62 - 32)));
}

}  // namespace
}  // namespace leash::service
