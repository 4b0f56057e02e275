#include "run/output_text.h"

#include <gtest/gtest.h>

#include <random>

#include "run/testing/spill_files.h"

namespace leash::run {
namespace {

constexpr std::size_t kBlock = SpillFile::kBlock;

/// In which no two places look the same.
std::string counting(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
  text.resize(size);
  return text;
}

std::string all_of(const OutputText& text) {
  std::string out;
  EXPECT_TRUE(text.read(0, text.size(), out));
  return out;
}

TEST(OutputTextTest, OnlyWhatIsLongerThanABlockIsSpilled) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBlock - 1, kBlock, kBlock + 1,
                                 2 * kBlock, 5 * kBlock + 7}) {
    const auto file = testing::make_spill_file();
    OutputText text(file);
    const std::string expected = counting(size);
    text.append(expected);
    EXPECT_EQ(file->used(), size <= kBlock ? 0 : (size - 1) / kBlock * kBlock) << size;
    EXPECT_EQ(text.size(), size);
    EXPECT_TRUE(all_of(text) == expected) << size;
  }
}

/// Appended in pieces of every length, read at any place.
void read_anywhere(const std::shared_ptr<SpillFile>& file) {
  std::mt19937_64 random(7);
  const std::string expected = counting(4 * kBlock + 100);
  OutputText text(file);
  for (std::size_t at = 0; at < expected.size();) {
    const std::size_t size = std::min(expected.size() - at, random() % (kBlock / 4));
    text.append(std::string_view(expected).substr(at, size));
    at += size;
  }
  for (int i = 0; i < 500; ++i) {
    const std::size_t at = random() % expected.size();
    const std::size_t size = random() % (expected.size() - at + 1);
    std::string out = "before ";
    ASSERT_TRUE(text.read(at, size, out));
    ASSERT_TRUE(out == "before " + expected.substr(at, size)) << at << ' ' << size;
  }
  for (const std::size_t at : {kBlock - 1, kBlock, 4 * kBlock - 1, 4 * kBlock}) {
    std::string out;
    ASSERT_TRUE(text.read(at, 2, out));
    EXPECT_EQ(out, expected.substr(at, 2));
  }
}

TEST(OutputTextTest, IsReadAcrossItsBlocks) {
  read_anywhere(testing::make_spill_file());
}

TEST(OutputTextTest, WithoutAFileItStaysInMemory) {
  read_anywhere(nullptr);
}

TEST(OutputTextTest, OnAFullDiskItStaysInMemory) {
  read_anywhere(testing::make_full_spill_file());
}

TEST(OutputTextTest, CopiesShareTheirBlocks) {
  const auto file = testing::make_spill_file();
  const std::string expected = counting(3 * kBlock);
  {
    OutputText text(file);
    text.append(expected.substr(0, 2 * kBlock + 5));
    const OutputText copy = text;
    EXPECT_EQ(file->used(), 2 * kBlock);
    text.append(expected.substr(2 * kBlock + 5));
    EXPECT_TRUE(all_of(copy) == expected.substr(0, 2 * kBlock + 5)) << "it does not grow with it";
    EXPECT_TRUE(all_of(text) == expected);
    text = OutputText();
    EXPECT_EQ(file->used(), 2 * kBlock);
    EXPECT_TRUE(all_of(copy) == expected.substr(0, 2 * kBlock + 5));
  }
  EXPECT_EQ(file->used(), 0U);
}

TEST(OutputTextTest, TwoTextsOfOneFileDoNotMix) {
  const auto file = testing::make_spill_file();
  OutputText one(file);
  OutputText two(file);
  for (int i = 0; i < 400; ++i) {
    one.append(std::string(1000, '1'));
    two.append(std::string(999, '2'));
  }
  EXPECT_TRUE(all_of(one) == std::string(400'000, '1'));
  EXPECT_TRUE(all_of(two) == std::string(399'600, '2'));
}

TEST(OutputTextTest, ReadErrorGivesWhatIsBeforeIt) {
  OutputText text(testing::make_unreadable_spill_file());
  text.append(counting(2 * kBlock + 10));
  std::string out = "before";
  EXPECT_FALSE(text.read(kBlock - 1, 2, out));
  EXPECT_EQ(out, "before");
  EXPECT_TRUE(text.read(2 * kBlock, 10, out)) << "this is in memory";
  EXPECT_EQ(out, "before" + counting(2 * kBlock + 10).substr(2 * kBlock));
}

}  // namespace
}  // namespace leash::run
