#pragma once

#include <memory>

#include "base/units.h"

namespace leash::http {

class FlowModules;

/// What the operator has set for the endpoints that speak other servers' formats.
struct CompatOptions {
  base::Millis execution_timeout{300'000};     ///< Of a call of /flow/codeblock.
  bool flow_console = false;                   ///< console.* is passed over, not an error.
  std::shared_ptr<const FlowModules> modules;  ///< For its require(); null: none.
  base::Millis sharppad_wall{3'600'000};       ///< Of a run of /api/coderun/run.
};

}  // namespace leash::http
