#include "run/local/newcomers.h"

#include <chrono>

namespace leash::run {
namespace {

constexpr std::chrono::milliseconds kYoung{20};

}  // namespace

bool Newcomers::any() const {
  return !began_.empty() && is_young(*began_.rbegin());
}

bool Newcomers::is_young(base::TimePoint began) const {
  return clock_.now() - began < kYoung;
}

Newcomers::Newcomer::Newcomer(Newcomers& all)
    : all_(all), began_(all.began_.insert(all.clock_.now())) {}

Newcomers::Newcomer::~Newcomer() {
  all_.began_.erase(began_);
}

bool Newcomers::Newcomer::is_young() const {
  return all_.is_young(*began_);
}

}  // namespace leash::run
