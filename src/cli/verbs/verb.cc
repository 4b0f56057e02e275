#include "cli/verbs/verb.h"

#include "base/tell.h"
#include "cli/text/table.h"

namespace leash::cli {

int fail(std::string_view text) {
  base::tell("leash: {}\n", printable(std::string(text)));
  return kExitFailed;
}

int fail(const base::Error& error) {
  return fail(error.message());
}

}  // namespace leash::cli
