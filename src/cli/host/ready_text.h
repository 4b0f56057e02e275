#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/config/settings.h"
#include "cli/text/colours.h"
#include "run/executor.h"
#include "service/language_status.h"

namespace leash::cli {

/// What `leash serve` prints once it is ready: a line with a link for each address, which holds the
/// token as a fragment (it is never sent), then the languages. `ports`: those of the TCP addresses,
/// in order, as the system chose them. No token: the links have none.
[[nodiscard]] std::string ready_text(const std::vector<std::string>& listen,
                                     const std::vector<std::uint16_t>& ports,
                                     const std::string& token, const Colours& colours);
[[nodiscard]] std::string languages_text(const std::vector<service::LanguageStatus>& languages,
                                         const Colours& colours);
/// Why runs are refused and what to do; empty if nothing that is required is missing.
[[nodiscard]] std::string missing_text(const run::Capabilities& capabilities,
                                       const Colours& colours);

}  // namespace leash::cli
