#include "run/input_buffer.h"

#include <gtest/gtest.h>

namespace leash::run {
namespace {

using Push = InputBuffer::Push;

TEST(InputBufferTest, GivesBackWhatWasPushedInOrder) {
  InputBuffer buffer({10});
  EXPECT_EQ(buffer.push("abc"), Push::kTaken);
  EXPECT_EQ(buffer.push("def"), Push::kTaken);
  bool eof = true;
  EXPECT_EQ(buffer.drain(eof), "abcdef");
  EXPECT_FALSE(eof);
}

TEST(InputBufferTest, TakesAllOrNothing) {
  InputBuffer buffer({4});
  EXPECT_EQ(buffer.push("abc"), Push::kTaken);
  EXPECT_EQ(buffer.push("de"), Push::kFull);
  bool eof = false;
  EXPECT_EQ(buffer.drain(eof), "abc");
  EXPECT_EQ(buffer.push("de"), Push::kTaken);
}

TEST(InputBufferTest, NothingAfterEof) {
  InputBuffer buffer({4});
  EXPECT_EQ(buffer.push("a"), Push::kTaken);
  EXPECT_EQ(buffer.close(), Push::kTaken);
  EXPECT_EQ(buffer.close(), Push::kClosed);
  EXPECT_EQ(buffer.push("b"), Push::kClosed);
  bool eof = false;
  EXPECT_EQ(buffer.drain(eof), "a");
  EXPECT_TRUE(eof);
}

TEST(InputBufferTest, AbandonDropsWhatIsLeft) {
  InputBuffer buffer({4});
  EXPECT_EQ(buffer.push("a"), Push::kTaken);
  buffer.abandon();
  bool eof = false;
  EXPECT_EQ(buffer.drain(eof), "");
  EXPECT_EQ(buffer.push("b"), Push::kClosed);
}

TEST(InputBufferTest, TellsItsSupervisor) {
  InputBuffer buffer({4});
  int woken = 0;
  buffer.on_change([&] { ++woken; });
  static_cast<void>(buffer.push("a"));
  static_cast<void>(buffer.push("too long"));
  buffer.close();
  EXPECT_EQ(woken, 2);
}

}  // namespace
}  // namespace leash::run
