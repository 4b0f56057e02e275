// Random histories of the real service and the real runs under a virtual clock, each of which its
// seed plays again. LEASH_HISTORIES says how many (10,000), LEASH_HISTORY_SEED which one alone.
#include "service/testing/history.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace leash::service {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::stoull(text) : otherwise;
}

TEST(HistoryTest, R30_RandomHistoriesKeepEveryRule) {
  static constexpr std::uint64_t kFirstSeed = 1;
  static constexpr std::uint64_t kHistories = 10'000;
  const std::uint64_t only = setting("LEASH_HISTORY_SEED", 0);
  const std::uint64_t first = only != 0 ? only : kFirstSeed;
  const std::uint64_t count = only != 0 ? 1 : setting("LEASH_HISTORIES", kHistories);
  std::size_t runs = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    History history(seed);
    const std::string complaint = history.play();
    ASSERT_EQ(complaint, "") << "LEASH_HISTORY_SEED=" << seed << " plays it again:\n"
                             << history.trace();
    runs += history.runs();
  }
  std::printf("%llu histories with %zu runs\n", static_cast<unsigned long long>(count), runs);
}

TEST(HistoryTest, TheSameSeedIsTheSameHistory) {
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    History first(seed);
    History second(seed);
    first.play();
    second.play();
    EXPECT_EQ(first.trace(), second.trace());
  }
}

}  // namespace
}  // namespace leash::service
