#include "protocol/channel.h"

#include <gtest/gtest.h>

namespace leash::protocol {
namespace {

TEST(ChannelTest, MessagesComeOutAsTheyWentIn) {
  const auto [left, right] = std::move(sys::make_socket_pair().value());
  const Claim claim{.language = 3,
                    .request = 7,
                    .step = Step::kCompile,
                    .limits = {.memory_bytes = 1, .tasks = 64}};
  ASSERT_TRUE(send(left.get(), claim, std::array<int, 1>{left.get()}).has_value());
  const Incoming incoming = std::move(receive(right.get()).value());
  EXPECT_EQ(incoming.kind(), Kind::kClaim);
  EXPECT_EQ(incoming.fds.size(), 1U);
  const auto copy = incoming.as<Claim>();
  ASSERT_TRUE(copy.has_value());
  EXPECT_EQ(copy->request, 7U);
  EXPECT_EQ(copy->step, Step::kCompile);
  EXPECT_EQ(copy->limits.tasks, 64U);
}

TEST(ChannelTest, WrongSizeIsNotThatMessage) {
  const auto [left, right] = std::move(sys::make_socket_pair().value());
  ASSERT_TRUE(send(left.get(), KillSlot{}).has_value());
  const Incoming incoming = std::move(receive(right.get()).value());
  EXPECT_EQ(incoming.kind(), Kind::kKillSlot);
  EXPECT_FALSE(incoming.as<Claim>().has_value());
}

TEST(ChannelTest, ShortMessageHasNoKindAndCloseIsTold) {
  auto [left, right] = std::move(sys::make_socket_pair().value());
  ASSERT_TRUE(send(left.get(), char{'x'}).has_value());
  EXPECT_FALSE(receive(right.get()).value().kind().has_value());
  left.reset();
  EXPECT_TRUE(receive(right.get()).value().closed);
}

TEST(ChannelTest, TextIsCutAndTerminated) {
  std::array<char, 5> field{};
  set_text(field, "abcdefgh");
  EXPECT_EQ(get_text(field), "abcd");
  field.fill('x');
  EXPECT_EQ(get_text(field), "xxxxx");
}

}  // namespace
}  // namespace leash::protocol
