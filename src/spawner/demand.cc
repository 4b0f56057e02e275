#include "spawner/demand.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace leash::spawner {
namespace {

/// Of the machine's memory, all waiting slots of a kind may hold so small a part.
constexpr std::uint64_t kPart = 64;
/// More than one holds: of Python's, 1.1 MiB with its program (B13).
constexpr std::uint64_t kBytesOfOne = std::uint64_t{4} << 20;
/// A burst that is larger waits for the making of some.
constexpr std::uint64_t kMostOfAll = 32;

}  // namespace

void Demand::note_claim(std::size_t ready) {
  if (ready == 0) wanted_ = std::min(wanted_ + 1, bounds_.most);
  const std::size_t left = ready == 0 ? 0 : ready - 1;
  unused_ = was_claimed_ ? std::min(unused_, left) : left;
  was_claimed_ = true;
}

void Demand::end_interval(std::size_t ready) {
  const std::size_t unused = was_claimed_ ? unused_ : ready;
  was_claimed_ = false;
  wanted_ -= std::min((unused + 1) / 2, wanted_ - bounds_.least);
}

Demand::Bounds bounds_for_this_machine() {
  const auto memory = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                      static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  constexpr Demand::Bounds kLeast;
  return {.least = kLeast.least,
          .most = std::clamp<std::size_t>(memory / kPart / kBytesOfOne, kLeast.least, kMostOfAll)};
}

}  // namespace leash::spawner
