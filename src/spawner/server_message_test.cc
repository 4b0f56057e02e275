#include "spawner/server_message.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "sys/memfd.h"

namespace leash::spawner {
namespace {

constexpr std::size_t kLanguages = 3;

template <typename Message>
protocol::Incoming incoming(const Message& message, std::size_t fds = 0) {
  protocol::Incoming made;
  made.bytes.resize(sizeof message);
  std::memcpy(made.bytes.data(), &message, sizeof message);
  for (std::size_t i = 0; i < fds; ++i) {
    made.fds.push_back(std::move(*sys::make_sealed_memfd("job", "x")));
  }
  return made;
}

protocol::Claim good_claim() {
  return {.language = 2,
          .request = 7,
          .limits = {.memory_bytes = 1, .disk_bytes = 1, .tasks = 1, .deadline_ms = 1}};
}

TEST(ServerMessageTest, EachKindIsRead) {
  const auto claim = read_server_message(incoming(good_claim(), 1), kLanguages);
  ASSERT_TRUE(claim);
  EXPECT_EQ(std::get<protocol::Claim>(*claim).request, 7U);
  const auto signal =
      read_server_message(incoming(protocol::SignalSlot{.signal = 15, .slot = 4}), kLanguages);
  ASSERT_TRUE(signal);
  EXPECT_EQ(std::get<protocol::SignalSlot>(*signal).slot, 4U);
  EXPECT_TRUE(read_server_message(incoming(protocol::KillSlot{.slot = 1}), kLanguages));
  EXPECT_TRUE(read_server_message(incoming(protocol::ReleaseSlot{.slot = 1}), kLanguages));
  EXPECT_TRUE(read_server_message(incoming(protocol::WithdrawClaim{.request = 1}), kLanguages));
}

TEST(ServerMessageTest, ClaimOutOfBoundsIsNone) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  const auto refused = [](auto change) {
    protocol::Claim claim = good_claim();
    change(claim);
    return !read_server_message(incoming(claim, 1), kLanguages);
  };
  EXPECT_TRUE(refused([](auto& claim) { claim.language = kLanguages; }));
  EXPECT_TRUE(refused([](auto& claim) { claim.step = static_cast<protocol::Step>(3); }));
  EXPECT_TRUE(refused([](auto& claim) { claim.limits.memory_bytes = 0; }));
  EXPECT_TRUE(refused([](auto& claim) { claim.limits.memory_bytes = kMost; }));
  EXPECT_TRUE(refused([](auto& claim) { claim.limits.disk_bytes = 0; }));
  EXPECT_TRUE(refused([](auto& claim) { claim.limits.disk_bytes = kMost; }));
  EXPECT_TRUE(refused([](auto& claim) { claim.limits.inodes = kMost; }));
  EXPECT_TRUE(refused([](auto& claim) { claim.limits.tasks = 0; }));
  EXPECT_TRUE(refused([](auto& claim) { claim.limits.tasks = kMost; }));
  EXPECT_TRUE(refused([](auto& claim) { claim.limits.deadline_ms = kMost; }));
}

TEST(ServerMessageTest, ClaimHasExactlyOneDescriptor) {
  EXPECT_FALSE(read_server_message(incoming(good_claim(), 0), kLanguages));
  EXPECT_FALSE(read_server_message(incoming(good_claim(), 2), kLanguages));
}

TEST(ServerMessageTest, ClaimWhoseDescriptorFoundNoPlaceIsAClaim) {
  protocol::Incoming message = incoming(good_claim(), 0);
  message.fds_lost = true;
  EXPECT_TRUE(read_server_message(message, kLanguages));
}

TEST(ServerMessageTest, WrongSizesKindsAndSignalsAreNone) {
  protocol::Incoming message = incoming(protocol::KillSlot{.slot = 1});
  message.bytes.pop_back();
  EXPECT_FALSE(read_server_message(message, kLanguages));
  message.bytes.resize(3);
  EXPECT_FALSE(read_server_message(message, kLanguages));
  EXPECT_FALSE(read_server_message({}, kLanguages));
  // What only a spawner says, and what nobody does.
  EXPECT_FALSE(read_server_message(incoming(protocol::Claimed{}), kLanguages));
  EXPECT_FALSE(
      read_server_message(incoming(protocol::KillSlot{.kind = protocol::Kind{99}}), kLanguages));
  for (const int signal : {0, -1, 65, std::numeric_limits<int>::min()}) {
    EXPECT_FALSE(read_server_message(incoming(protocol::SignalSlot{.signal = signal}), kLanguages));
  }
}

}  // namespace
}  // namespace leash::spawner
