#include <algorithm>

#include "run/executor.h"

namespace leash::run {

bool Capabilities::complete() const {
  // None at all means that nothing was proved, not that nothing is missing.
  return !layers.empty() &&
         std::ranges::all_of(layers, [](const Layer& l) { return l.proved || !l.required; });
}

}  // namespace leash::run
