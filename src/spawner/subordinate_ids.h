#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

namespace leash::spawner {

/// Ids of the host that an ordinary user may map into a user namespace (subuid(5)).
struct SubordinateIds {
  id_t first = 0;
  id_t count = 0;

  friend bool operator==(const SubordinateIds&, const SubordinateIds&) = default;
};

/// The longest range that /etc/subuid or /etc/subgid, whose content is `file`, gives to a user: by
/// name or by number. Lines that are not `owner:first:count` are passed over. Pure.
[[nodiscard]] std::optional<SubordinateIds> find_subordinate_ids(std::string_view file,
                                                                 std::string_view user, uid_t uid);

}  // namespace leash::spawner
