#include "cli/verbs/verb.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/text/table.h"

namespace leash::cli {

int fail(std::string_view text) {
  fmt::print(stderr, "leash: {}\n", printable(std::string(text)));
  return kExitFailed;
}

int fail(const base::Error& error) {
  return fail(error.message());
}

}  // namespace leash::cli
