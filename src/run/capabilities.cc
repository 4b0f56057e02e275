#include <algorithm>

#include "run/executor.h"

namespace leash::run {

bool Capabilities::complete() const {
  // None at all means that nothing was proved, not that nothing is missing.
  return !layers.empty() &&
         std::ranges::all_of(layers, [](const Layer& l) { return l.proved || !l.required; });
}

base::Error Capabilities::why_incomplete() const {
  const auto missing =
      std::ranges::find_if(layers, [](const Layer& l) { return l.required && !l.proved; });
  if (missing == layers.end()) {
    return base::plain_error("run code", "", "the executor is not started");
  }
  return base::plain_error(
      "prove the sandbox", missing->name,
      missing->detail + (missing->remedy.empty() ? "" : "; " + missing->remedy));
}

}  // namespace leash::run
