#include "service/tokens/token_book.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "service/loop_test.h"
#include "sys/file.h"

namespace leash::service {
namespace {

class TokenBookTest : public LoopTest {
 protected:
  TokenBookTest() {
    std::string pattern = ::testing::TempDir() + "tokens-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    directory_ = sys::open_directory(folder_).value();
  }
  ~TokenBookTest() override { std::filesystem::remove_all(folder_); }

  TokenFile file(TokenFile::For what = TokenFile::For::kWriting) {
    return TokenFile::open(directory_.get(), what).value();
  }
  std::unique_ptr<TokenBook> book() {
    return TokenBook::open(loop_, file(TokenFile::For::kReading),
                           {.removed = [this](const Tenant& one) { removed_ += one.name + " "; },
                            .failed = [this](const base::Error&) { ++failures_; }})
        .value();
  }
  static TokenEntry entry(const std::string& name, std::string_view token) {
    return {.tenant = {.name = name, .scope = Scope::kRun}, .hash = hash_token(token)};
  }
  void write_raw(std::string_view text) {
    const auto fd = sys::open_at(directory_.get(), "tokens", O_WRONLY | O_APPEND);
    ASSERT_TRUE(sys::write_all(fd->get(), text));
  }

  std::string folder_;
  sys::UniqueFd directory_;
  std::string removed_;
  int failures_ = 0;
};

TEST_F(TokenBookTest, FileIsMadeWithModeAsItShouldBe) {
  ASSERT_TRUE(file().add(entry("one", "x")));
  struct stat info {};
  ASSERT_EQ(::stat((folder_ + "/tokens").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(file().read()->size(), 1U);
}

TEST_F(TokenBookTest, FileThatOthersMayReadIsRefused) {
  ASSERT_TRUE(file().add(entry("one", "x")));
  ::chmod((folder_ + "/tokens").c_str(), 0644);
  EXPECT_FALSE(TokenFile::open(directory_.get(), TokenFile::For::kWriting));
}

TEST_F(TokenBookTest, NameIsTakenOnceAndGoneOnce) {
  TokenFile tokens = file();
  EXPECT_TRUE(tokens.add(entry("one", "x")));
  EXPECT_FALSE(tokens.add(entry("one", "y")));
  EXPECT_TRUE(tokens.remove("one"));
  EXPECT_FALSE(tokens.remove("one"));
  EXPECT_TRUE(tokens.add(entry("one", "y")));
}

TEST_F(TokenBookTest, LineThatAWriterLeftUnfinishedIsCutOff) {
  TokenFile tokens = file();
  ASSERT_TRUE(tokens.add(entry("one", "x")));
  write_raw("add two ru");
  ASSERT_TRUE(tokens.add(entry("three", "z")));
  const auto entries = file().read();
  ASSERT_TRUE(entries) << entries.error().message();
  EXPECT_EQ(entries->size(), 2U);
}

TEST_F(TokenBookTest, ChangeCountsFromTheNextLookUpOn) {
  const auto tokens = book();
  EXPECT_EQ(tokens->find("x"), std::nullopt);
  TokenFile writer = file();
  ASSERT_TRUE(writer.add(entry("one", "x")));
  ASSERT_TRUE(tokens->find("x"));
  EXPECT_EQ(tokens->find("x")->name, "one");
  ASSERT_TRUE(writer.remove("one"));
  EXPECT_EQ(tokens->find("x"), std::nullopt);
  EXPECT_EQ(removed_, "one ");
}

TEST_F(TokenBookTest, RemovalIsNoticedWithoutALookUp) {
  TokenFile writer = file();
  ASSERT_TRUE(writer.add(entry("one", "x")));
  ASSERT_TRUE(writer.add(entry("two", "y")));
  const auto tokens = book();
  ASSERT_TRUE(writer.remove("one"));
  run_until([&] { return removed_ == "one "; });
  // The same name with another token is another token.
  ASSERT_TRUE(writer.remove("two"));
  ASSERT_TRUE(writer.add(entry("two", "z")));
  run_until([&] { return removed_ == "one two "; });
  EXPECT_TRUE(tokens->find("z"));
  EXPECT_FALSE(tokens->find("y"));
}

TEST_F(TokenBookTest, WhatWasLastUnderstoodHoldsWhenTheFileIsDamaged) {
  TokenFile writer = file();
  ASSERT_TRUE(writer.add(entry("one", "x")));
  const auto tokens = book();
  write_raw("nonsense\n");
  EXPECT_TRUE(tokens->find("x"));
  EXPECT_EQ(failures_, 1);
  EXPECT_FALSE(TokenBook::open(loop_, file(), {}));
}

}  // namespace
}  // namespace leash::service
