#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "run/spec.h"
#include "sys/fd.h"

namespace leash::run {

/// The job of a run as a sealed memfd. `artifacts` (files that a compile step made) replace sources
/// of the same name.
[[nodiscard]] base::Result<sys::UniqueFd> build_job(const RunSpec& spec,
                                                    const std::vector<SourceFile>& artifacts);

/// The files in the memfd that a compile step's init sent. It comes from inside a sandbox: refused
/// if it is not sealed, larger than `limit`, malformed, or holds names other than `expected`.
[[nodiscard]] base::Result<std::vector<SourceFile>> read_artifacts(
    int memfd, base::Bytes limit, const std::vector<std::string>& expected);

}  // namespace leash::run
