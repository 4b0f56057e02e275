#include "sys/socket_pair.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>

#include "sys/file.h"
#include "sys/memfd.h"

namespace leash::sys {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(SocketPairTest, MessageBoundariesAreKept) {
  const auto [left, right] = std::move(make_socket_pair().value());
  ASSERT_TRUE(send_message(left.get(), bytes_of("one")).has_value());
  ASSERT_TRUE(send_message(left.get(), bytes_of("three")).has_value());
  std::array<std::byte, 16> buffer;
  EXPECT_EQ(receive_message(right.get(), buffer).value().size, 3U);
  EXPECT_EQ(receive_message(right.get(), buffer).value().size, 5U);
}

TEST(SocketPairTest, DescriptorsArriveAsNewOnes) {
  const auto [left, right] = std::move(make_socket_pair().value());
  const UniqueFd file = std::move(make_sealed_memfd("f", "content").value());
  const std::array<int, 2> fds{file.get(), file.get()};
  ASSERT_TRUE(send_message(left.get(), bytes_of("x"), fds).has_value());
  std::array<std::byte, 16> buffer;
  const auto received = receive_message(right.get(), buffer);
  ASSERT_TRUE(received.has_value());
  ASSERT_EQ(received->fds.size(), 2U);
  EXPECT_NE(received->fds[0].get(), file.get());
  EXPECT_EQ(read_from_start(received->fds[1].get(), "f").value(), "content");
}

TEST(SocketPairTest, DescriptorsThatFindNoRoomAreLostAndTheMessageIsNot) {
  const auto [left, right] = std::move(make_socket_pair().value());
  const UniqueFd file = std::move(make_sealed_memfd("f", "content").value());
  const std::array<int, 2> fds{file.get(), file.get()};
  ASSERT_TRUE(send_message(left.get(), bytes_of("x"), fds).has_value());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit full = before;
  full.rlim_cur = static_cast<rlim_t>(duplicate(file.get()).value().get()) + 1;  // room for one
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &full), 0);
  std::array<std::byte, 16> buffer;
  const auto received = receive_message(right.get(), buffer);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->size, 1U);
  EXPECT_TRUE(received->fds_lost);
  EXPECT_TRUE(received->fds.empty());
}

TEST(SocketPairTest, ClosedPeerIsSizeZero) {
  auto [left, right] = std::move(make_socket_pair().value());
  left.reset();
  std::array<std::byte, 16> buffer;
  EXPECT_EQ(receive_message(right.get(), buffer).value().size, 0U);
}

TEST(SocketPairTest, TooLongIsAnErrorAndLeaksNoDescriptor) {
  const auto [left, right] = std::move(make_socket_pair().value());
  const UniqueFd file = std::move(make_sealed_memfd("f", "content").value());
  const int next_free = duplicate(file.get()).value().get();
  const std::array<int, 1> fds{file.get()};
  ASSERT_TRUE(send_message(left.get(), bytes_of("12345678"), fds).has_value());
  std::array<std::byte, 4> buffer;
  EXPECT_FALSE(receive_message(right.get(), buffer).has_value());
  EXPECT_EQ(duplicate(file.get()).value().get(), next_free);
}

}  // namespace
}  // namespace leash::sys
