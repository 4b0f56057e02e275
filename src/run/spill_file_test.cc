#include "run/spill_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <thread>

#include "run/testing/spill_files.h"

namespace leash::run {
namespace {

constexpr std::size_t kBlock = SpillFile::kBlock;

std::string read(const SpillFile::Block& block, std::size_t at, std::size_t size) {
  std::string out(size, ' ');
  EXPECT_TRUE(block.read(at, out));
  return out;
}

TEST(SpillFileTest, BlocksAreReadBack) {
  const auto file = testing::make_spill_file();
  const auto one = file->write(std::string(kBlock, '1')).value();
  const auto two = file->write(std::string(kBlock - 2, '2') + "xy").value();
  EXPECT_EQ(file->used(), 2 * kBlock);
  EXPECT_EQ(read(one, 0, kBlock), std::string(kBlock, '1'));
  EXPECT_EQ(read(two, kBlock - 3, 3), "2xy");
}

TEST(SpillFileTest, BlocksOutliveTheLastOtherOwner) {
  auto file = testing::make_spill_file();
  const auto block = file->write("text").value();
  file.reset();
  EXPECT_EQ(read(block, 0, 4), "text");
}

TEST(SpillFileTest, RoomOfBlocksThatCameBackIsUsedAgain) {
  const auto folder = sys::open_directory(::testing::TempDir()).value();
  auto made = sys::make_unnamed_file(folder.get(), "leash-reused").value();
  const auto look = sys::duplicate(made.get()).value();
  const auto file = std::make_shared<SpillFile>(std::move(made), nullptr);
  struct stat info {};
  for (int i = 0; i < 3; ++i) {
    auto one = file->write(std::string(kBlock, '1')).value();
    const auto moved = std::move(one);
    const auto two = file->write(std::string(kBlock, '2')).value();
    EXPECT_EQ(read(moved, 0, 1) + read(two, 0, 1), "12");
  }
  EXPECT_EQ(file->used(), 0U);
  ASSERT_EQ(::fstat(look.get(), &info), 0);
  EXPECT_EQ(info.st_size, static_cast<off_t>(2 * kBlock));
  EXPECT_EQ(info.st_blocks, 0) << "the file system has its room back";
}

TEST(SpillFileTest, FullDiskIsAnErrorThatIsToldOnce) {
  std::string told;
  const auto file =
      testing::make_full_spill_file([&](const auto& error) { told += error.message() + "\n"; });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(file->write("text").error().number, ENOSPC);
  EXPECT_EQ(told, "write 'kept output': No space left on device\n");
  EXPECT_EQ(file->used(), 0U);
}

TEST(SpillFileTest, IsToldAgainAfterItHasWorked) {
  std::signal(SIGXFSZ, SIG_IGN);
  int told = 0;
  const auto file = testing::make_spill_file([&](const auto&) { ++told; });
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit full = before;
  full.rlim_cur = 0;
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    EXPECT_EQ(file->write("text").error().number, EFBIG);
    EXPECT_EQ(file->write("text").error().number, EFBIG);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_TRUE(file->write("text"));
  }
  EXPECT_EQ(told, 2);
}

TEST(SpillFileTest, WhatCannotBeReadIsAnErrorThatIsToldOnce) {
  int told = 0;
  const auto file = testing::make_unreadable_spill_file([&](const auto&) { ++told; });
  const auto block = file->write("text").value();
  std::string out(4, ' ');
  for (int i = 0; i < 3; ++i) EXPECT_EQ(block.read(0, out).error().object, "kept output");
  EXPECT_EQ(told, 1);
}

TEST(SpillFileTest, FolderThatCannotBeWrittenIsAnError) {
  const auto folder = sys::open_directory("/proc").value();
  EXPECT_FALSE(SpillFile::make(folder.get(), nullptr));
}

TEST(SpillFileTest, ManyThreadsMayUseIt) {
  const auto file = testing::make_spill_file();
  std::vector<std::thread> threads;
  for (char name = 'a'; name < 'e'; ++name) {
    threads.emplace_back([&, name] {
      for (int i = 0; i < 50; ++i) {
        const auto block = file->write(std::string(kBlock, name)).value();
        EXPECT_EQ(read(block, kBlock / 2, 3), std::string(3, name));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(file->used(), 0U);
}

}  // namespace
}  // namespace leash::run
