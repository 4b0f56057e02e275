#pragma once

#include <string>

namespace leash::service {

/// A language of the catalog as this machine has it.
struct LanguageStatus {
  std::string id;
  std::string version;     ///< As its own program tells; empty while unknown.
  bool available = false;  ///< Its self-test passed.
  std::string reason;      ///< Why it is not available; empty otherwise.
};

}  // namespace leash::service
