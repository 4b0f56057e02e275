#include "run/local/spawner_client.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <optional>

namespace leash::run {
namespace {

/// A client with one claim made, and the other end, which the test speaks for.
class SpawnerClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto ends = sys::make_socket_pair();
    ASSERT_TRUE(ends);
    spawner_ = std::move(ends->second);
    client_.emplace(loop_, std::move(ends->first), [this] {
      ++lost_;
      answers_at_loss_ = answers_.size();
    });
    ASSERT_TRUE(protocol::send(spawner_.get(), protocol::Hello{}));
    ASSERT_TRUE(client_->wait_for_hello(std::chrono::seconds(5)));
    request_ = client_->claim(
        {}, {}, [this](base::Result<ClaimedSlot> slot) { answers_.push_back(!!slot); });
  }
  void answer(std::uint64_t request, std::size_t descriptors) {
    const sys::UniqueFd any(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const std::vector<int> fds(descriptors, any.get());
    ASSERT_TRUE(
        protocol::send(spawner_.get(), protocol::Claimed{.request = request, .slot = 9}, fds));
    loop_.poll();
  }
  /// The slot that the client gave back; none if its next word is another.
  std::optional<std::uint64_t> released() {
    while (auto incoming = protocol::receive(spawner_.get())) {
      const auto message = incoming->as<protocol::ReleaseSlot>();
      if (message && message->kind == protocol::Kind::kReleaseSlot) return message->slot;
      if (incoming->closed) break;
    }
    return std::nullopt;
  }

  boost::asio::io_context loop_{1};
  sys::UniqueFd spawner_;
  std::optional<SpawnerClient> client_;
  std::uint64_t request_ = 0;
  std::vector<bool> answers_;
  int lost_ = 0;
  std::size_t answers_at_loss_ = 0;
};

constexpr auto kAllFds = static_cast<std::size_t>(protocol::SlotFd::kCount);

TEST_F(SpawnerClientTest, SlotWithAllItsDescriptorsIsHandedOver) {
  answer(request_, kAllFds);
  EXPECT_EQ(answers_, std::vector<bool>{true});
}

TEST_F(SpawnerClientTest, SlotThatLacksDescriptorsIsGivenBackAndTheClaimFails) {
  answer(request_, kAllFds - 1);
  EXPECT_EQ(answers_, std::vector<bool>{false});
  EXPECT_EQ(released(), 9U);
}

TEST_F(SpawnerClientTest, SlotThatNobodyAskedForIsGivenBack) {
  answer(request_ + 1, kAllFds);
  EXPECT_TRUE(answers_.empty());
  EXPECT_EQ(released(), 9U);
}

TEST_F(SpawnerClientTest, EndOfTheSpawnerIsToldBeforeWhatWaitsFails) {
  spawner_.reset();
  loop_.poll();
  EXPECT_EQ(answers_, std::vector<bool>{false});
  EXPECT_EQ(lost_, 1);
  EXPECT_EQ(answers_at_loss_, 0);
}

}  // namespace
}  // namespace leash::run
