#pragma once

#include <cstddef>

namespace leash::spawner {

/// How many slots of a kind are to be ready. It learns from the claims: one more for each that
/// found none, up to `most`; and of those that stood unused for a whole interval, half are too
/// many, down to `least`. So a burst is remembered for some intervals. Pure; the owner tells when
/// an interval is over.
class Demand {
 public:
  struct Bounds {
    std::size_t least = 4;
    std::size_t most = 4;
  };
  explicit Demand(Bounds bounds) : bounds_(bounds), wanted_(bounds.least) {}

  [[nodiscard]] std::size_t wanted() const { return wanted_; }
  [[nodiscard]] bool is_raised() const { return wanted_ > bounds_.least; }

  /// A claim has come, and found so many ready.
  void note_claim(std::size_t ready);
  /// `ready` are at its end.
  void end_interval(std::size_t ready);

 private:
  const Bounds bounds_;
  std::size_t wanted_;
  bool was_claimed_ = false;
  std::size_t unused_ = 0;  ///< The fewest that a claim of this interval left over.
};

/// Bounds that suit this machine's memory.
[[nodiscard]] Demand::Bounds bounds_for_this_machine();

}  // namespace leash::spawner
