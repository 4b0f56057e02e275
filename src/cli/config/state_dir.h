#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/config/load.h"
#include "sys/fd.h"

namespace leash::cli {

/// Only a server makes its folder: for others one that is not there is most likely mistyped.
enum class IfMissing : std::uint8_t { kMake, kFail };

/// Makes the state folder (mode 0700, its parents 0755) or takes the one that is there, and opens
/// it. One that belongs to somebody else, or in which others may write, is refused: its token and
/// its records would be theirs. Only the last part is looked at, and it may not be a link.
[[nodiscard]] base::Result<sys::UniqueFd> open_state_dir(const std::string& path,
                                                         IfMissing if_missing = IfMissing::kMake);

/// The admin token: LEASH_TOKEN, else the file `token` of the state folder, which is made (256
/// random bits as base64url, mode 0600) if it is not there. Two programs that start at once get
/// the same one. A file that others may read is refused.
[[nodiscard]] base::Result<std::string> read_or_make_token(const Environment& environment,
                                                           int state_dir);

/// A new token: 256 random bits as base64url.
[[nodiscard]] base::Result<std::string> make_secret();

/// The token file of a state folder, for a client: none if there is none or it may not be read.
[[nodiscard]] std::optional<std::string> find_token_file(const std::string& state_dir);

/// A token is 1 to 1,024 visible ASCII characters.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace leash::cli
