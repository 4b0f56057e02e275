#include <algorithm>

#include "run/executor.h"

namespace leash::run {

bool Capabilities::complete() const {
  return std::ranges::all_of(layers, [](const Layer& l) { return l.proved || !l.required; });
}

}  // namespace leash::run
