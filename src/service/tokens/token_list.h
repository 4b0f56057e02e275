#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/sha256.h"
#include "service/tenant.h"

namespace leash::service {

/// Tokens are 256 random bits, so that a plain hash of one gives nothing away.
using TokenHash = Sha256;
[[nodiscard]] TokenHash hash_token(std::string_view token);

/// A token as it is stored: who it is, and by what it is known. The token itself is nowhere.
struct TokenEntry {
  Tenant tenant;
  TokenHash hash{};
  base::WallTime created;  ///< Whole seconds.

  friend bool operator==(const TokenEntry&, const TokenEntry&) = default;
};

/// The text of the token file, which only ever grows by whole lines:
///
///   leash-tokens 1
///   add NAME SCOPE HASH CREATED MAX_RUNNING MAX_QUEUED      (hash in hex, seconds, "-" for none)
///   remove NAME
///
/// A reader therefore needs no lock, and a writer that dies in the middle leaves a last line
/// without its end, which does not count. All of this is pure.
inline constexpr std::string_view kTokenFileHead = "leash-tokens 1\n";
[[nodiscard]] std::string line_to_add(const TokenEntry& entry);
[[nodiscard]] std::string line_to_remove(std::string_view name);

/// The tokens that this text leaves, in the order in which they were added. The error says which
/// line is not understood.
[[nodiscard]] base::Result<std::vector<TokenEntry>> read_tokens(std::string_view text);

/// The tenant of this token. Looks at every entry, and in a time that does not depend on how much
/// of a hash is right.
[[nodiscard]] std::optional<Tenant> find_token(const std::vector<TokenEntry>& entries,
                                               std::string_view token);

/// [A-Za-z0-9._-]{1,64}, and not "admin", which is the tenant of LEASH_TOKEN.
[[nodiscard]] bool is_tenant_name(std::string_view name);

[[nodiscard]] std::string_view to_string(Scope scope);
[[nodiscard]] std::optional<Scope> parse_scope(std::string_view name);

}  // namespace leash::service
