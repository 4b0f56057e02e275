#include "protocol/job.h"

#include <gtest/gtest.h>

namespace leash::protocol {
namespace {

std::string sample_job() {
  JobWriter writer;
  writer.add_file("main.py", 0644, "print(1)");
  writer.add_file("lib/util.py", 0600, std::string_view("a\0b", 3));
  writer.set_entry(0);
  writer.add_arg("--x");
  writer.add_env("NAME", "value");
  return writer.take();
}

bool reads(std::string_view job) {
  JobReader reader(job);
  if (!reader.read_header()) return false;
  JobReader::File file;
  std::string_view text;
  for (std::uint32_t i = 0; i < reader.files(); ++i) {
    if (!reader.read_file(file)) return false;
  }
  for (std::uint32_t i = 0; i < reader.args() + reader.env(); ++i) {
    if (!reader.read_text(text)) return false;
  }
  return reader.at_end();
}

TEST(JobTest, ComesOutAsItWentIn) {
  const std::string job = sample_job();
  JobReader reader(job);
  ASSERT_TRUE(reader.read_header());
  EXPECT_EQ(reader.files(), 2U);
  JobReader::File file;
  ASSERT_TRUE(reader.read_file(file));
  EXPECT_EQ(file.path, "main.py");
  EXPECT_EQ(file.mode, 0644U);
  EXPECT_EQ(file.content, "print(1)");
  ASSERT_TRUE(reader.read_file(file));
  EXPECT_EQ(file.content.size(), 3U);
  std::string_view text;
  ASSERT_TRUE(reader.read_text(text));
  EXPECT_EQ(text, "--x");
  EXPECT_EQ(text.data()[text.size()], '\0');
  ASSERT_TRUE(reader.read_text(text));
  EXPECT_EQ(text, "NAME=value");
  EXPECT_TRUE(reader.at_end());
}

TEST(JobTest, EveryTruncationIsRefused) {
  const std::string job = sample_job();
  EXPECT_TRUE(reads(job));
  for (std::size_t size = 0; size < job.size(); ++size) {
    EXPECT_FALSE(reads(std::string_view(job).substr(0, size))) << size;
  }
  EXPECT_FALSE(reads(job + "x"));
}

TEST(JobTest, EverySingleByteChangeIsReadOrRefusedButNeverOverrun) {
  const std::string job = sample_job();
  int refused = 0;
  for (std::size_t i = 0; i < job.size(); ++i) {
    for (const char value : {'\0', '\x7f', '\xff'}) {
      std::string changed = job;
      changed[i] = value;
      if (!reads(changed)) ++refused;
    }
  }
  EXPECT_GT(refused, 20);
}

TEST(JobTest, PathsThatLeaveTheFolderAreNotClean) {
  for (const char* good : {"a", "a/b", ".ssh/keys", "..a", "-o", "a b"}) {
    EXPECT_TRUE(is_clean_path(good)) << good;
  }
  for (const char* bad : {"", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a/.."}) {
    EXPECT_FALSE(is_clean_path(bad)) << bad;
  }
  EXPECT_FALSE(is_clean_path(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_clean_path(std::string(256, 'a')));
}

TEST(JobTest, UncleanPathInAJobIsRefused) {
  JobWriter writer;
  writer.add_file("../x", 0644, "");
  EXPECT_FALSE(reads(writer.take()));
}

}  // namespace
}  // namespace leash::protocol
