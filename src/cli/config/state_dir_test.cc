#include "cli/config/state_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace leash::cli {
namespace {

namespace fs = std::filesystem;

class StateDir : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "leash-cli-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    base_ = name;
  }
  void TearDown() override { fs::remove_all(base_); }

  static unsigned mode(const fs::path& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0);
    return info.st_mode & 07777U;
  }

  fs::path base_;
};

TEST_F(StateDir, IsMadePrivateWithItsParents) {
  const fs::path path = base_ / "a/b/state";
  ASSERT_TRUE(open_state_dir(path));
  EXPECT_EQ(mode(path), 0700U);
  EXPECT_TRUE(open_state_dir(path)) << "and found again";
}

TEST_F(StateDir, ThatIsNotThereIsMadeOnlyForAServer) {
  const fs::path path = base_ / "mistyped/state";
  const auto refused = open_state_dir(path, IfMissing::kFail);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("No such file"), std::string::npos);
  EXPECT_FALSE(fs::exists(base_ / "mistyped"));
}

TEST_F(StateDir, InWhichOthersMayWriteIsRefused) {
  fs::permissions(base_, fs::perms(0777));
  const auto folder = open_state_dir(base_);
  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().message().find("chmod 700"), std::string::npos);
}

TEST_F(StateDir, ThatIsALinkIsRefused) {
  fs::create_directory_symlink(base_, base_ / "link");
  const auto refused = open_state_dir(base_ / "link");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("it is a symbolic link"), std::string::npos)
      << refused.error().message();
}

TEST_F(StateDir, TheTokenIsMadeOnceAndPrivate) {
  const auto folder = open_state_dir(base_ / "state");
  ASSERT_TRUE(folder);
  const auto first = read_or_make_token({}, folder->get());
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(first->size(), 43U);  // 256 bits as base64url
  EXPECT_EQ(mode(base_ / "state/token"), 0600U);
  EXPECT_EQ(*read_or_make_token({}, folder->get()), *first);
  EXPECT_EQ(find_token_file(base_ / "state"), *first);
  EXPECT_EQ(std::distance(fs::directory_iterator(base_ / "state"), fs::directory_iterator()), 1)
      << "nothing temporary is left";
}

TEST_F(StateDir, TheVariableComesBeforeTheFile) {
  const auto folder = open_state_dir(base_);
  ASSERT_TRUE(folder);
  EXPECT_EQ(*read_or_make_token({{"LEASH_TOKEN", "mine"}}, folder->get()), "mine");
  EXPECT_FALSE(fs::exists(base_ / "token"));
  EXPECT_FALSE(read_or_make_token({{"LEASH_TOKEN", "a b"}}, folder->get()));
}

TEST_F(StateDir, ATokenThatOthersCanReadIsRefused) {
  const auto folder = open_state_dir(base_);
  ASSERT_TRUE(folder);
  std::ofstream(base_ / "token") << "abc\n";
  fs::permissions(base_ / "token", fs::perms(0644));
  EXPECT_FALSE(read_or_make_token({}, folder->get()));
  EXPECT_EQ(find_token_file(base_), std::nullopt);
  fs::permissions(base_ / "token", fs::perms(0600));
  EXPECT_EQ(*read_or_make_token({}, folder->get()), "abc");
}

TEST_F(StateDir, AnEmptyFileOfAStartThatWasKilledIsFilled) {
  const auto folder = open_state_dir(base_);
  ASSERT_TRUE(folder);
  std::ofstream(base_ / "token").close();
  fs::permissions(base_ / "token", fs::perms(0600));
  EXPECT_EQ(find_token_file(base_), std::nullopt);
  const auto token = read_or_make_token({}, folder->get());
  ASSERT_TRUE(token) << token.error().message();
  EXPECT_EQ(find_token_file(base_), *token);
}

TEST_F(StateDir, AllThatStartAtOnceHaveTheSameToken) {
  const auto folder = open_state_dir(base_);
  ASSERT_TRUE(folder);
  std::array<std::string, 8> tokens;
  {
    std::vector<std::jthread> starts;
    for (std::string& token : tokens) {
      starts.emplace_back([&] {
        if (auto got = read_or_make_token({}, folder->get())) token = *std::move(got);
      });
    }
  }
  EXPECT_TRUE(is_token(tokens.front()));
  EXPECT_EQ(std::ranges::count(tokens, tokens.front()), 8);
}

TEST_F(StateDir, ATokenThatIsALinkOrBlankIsRefused) {
  const auto folder = open_state_dir(base_);
  ASSERT_TRUE(folder);
  fs::create_symlink("/etc/hostname", base_ / "token");
  EXPECT_FALSE(read_or_make_token({}, folder->get()));
  fs::remove(base_ / "token");
  std::ofstream(base_ / "token") << "\n";
  fs::permissions(base_ / "token", fs::perms(0600));
  EXPECT_FALSE(read_or_make_token({}, folder->get()));
}

}  // namespace
}  // namespace leash::cli
