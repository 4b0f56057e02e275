#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.h"
#include "sys/fd.h"

namespace leash::cli {

/// Makes the folder `records` of a state folder (mode 0700), or takes the one that is there, gives
/// it and the files in it to `uid` (none: they stay ours), and opens it. A process that then
/// becomes `uid` may use the descriptor, though it may not walk the state folder. The uid may be
/// another one at each start. Nothing but plain files with one name is given away: whoever could
/// write in there before is not to get at files elsewhere so.
[[nodiscard]] base::Result<sys::UniqueFd> make_records_folder(const std::string& state_dir,
                                                              std::optional<uid_t> uid);

}  // namespace leash::cli
