#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace leash::service {

/// What a token is for.
enum class Scope : std::uint8_t {
  kRun,      ///< Runs of its own, and what the server offers.
  kAdmin,    ///< The same, and the figures of the whole server. It sees no other tenant's runs.
  kMetrics,  ///< The figures, and nothing else.
};

/// Who asks. A token is a tenant; ids, keys, lists and caps are its own. A plain value; the default
/// is the tenant of LEASH_TOKEN, and of everybody where no token is asked for.
struct Tenant {
  std::string name = "admin";
  Scope scope = Scope::kAdmin;
  std::optional<std::size_t> max_running;  ///< None: only the server's own bound holds.
  std::optional<std::size_t> max_queued;

  friend bool operator==(const Tenant&, const Tenant&) = default;
};

}  // namespace leash::service
