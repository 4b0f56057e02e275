// Random histories of the real service and the real runs under a virtual clock, each of which its
// seed plays again. LEASH_HISTORIES says how many (10,000), LEASH_HISTORY_SEED which one alone.
#include "service/testing/history.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace leash::service {
namespace {

constexpr std::uint64_t kHistories = 10'000;
constexpr std::uint64_t kShares = 4;  ///< Tests that ctest may run side by side.

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::stoull(text) : otherwise;
}

/// Plays one; a failure says how to play it again.
void play(std::uint64_t seed, std::size_t& runs) {
  History history(seed);
  const std::string complaint = history.play();
  ASSERT_EQ(complaint, "") << "LEASH_HISTORY_SEED=" << seed
                           << " with --gtest_filter=OneHistory* plays it again:\n"
                           << history.trace();
  runs += history.runs();
}

class HistoryTest : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(HistoryTest, R30_RandomHistoriesKeepEveryRule) {
  const std::uint64_t count = setting("LEASH_HISTORIES", kHistories);
  const std::uint64_t first = 1 + count * GetParam() / kShares;
  const std::uint64_t after = 1 + count * (GetParam() + 1) / kShares;
  std::size_t runs = 0;
  for (std::uint64_t seed = first; seed < after && !HasFatalFailure(); ++seed) play(seed, runs);
  std::printf("%llu histories with %zu runs\n", static_cast<unsigned long long>(after - first),
              runs);
}

INSTANTIATE_TEST_SUITE_P(Share, HistoryTest, ::testing::Range(std::uint64_t{0}, kShares));

TEST(OneHistoryTest, TheSameSeedIsTheSameHistory) {
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    History first(seed);
    History second(seed);
    first.play();
    second.play();
    EXPECT_EQ(first.trace(), second.trace());
  }
}

TEST(OneHistoryTest, TheOneThatWasAskedForKeepsEveryRule) {
  std::size_t runs = 0;
  play(setting("LEASH_HISTORY_SEED", 2), runs);
  EXPECT_GT(runs, 0U);
}

}  // namespace
}  // namespace leash::service
