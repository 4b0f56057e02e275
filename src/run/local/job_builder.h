#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/messages.h"
#include "run/spec.h"
#include "sys/fd.h"
#include "sys/memfd.h"

namespace leash::run {

/// Files that a compile step made. Their contents stay where its init has put them: they may be as
/// large as a disk.
struct Artifacts {
  struct File {
    std::string_view path;
    std::string_view content;
  };
  std::optional<sys::SealedMapping> memory;
  std::vector<File> files;  ///< Point into `memory`.
};

/// The job of one step as a sealed memfd. Artifacts replace sources of the same name. The arguments
/// are the program's: a compile step does not get them, as what it makes may be run with others.
[[nodiscard]] base::Result<sys::UniqueFd> build_job(const RunSpec& spec, const Artifacts& artifacts,
                                                    protocol::Step step);

/// Whether all files of its job have room on the run's disk, which is counted in pages.
[[nodiscard]] bool has_room(const RunSpec& spec, const Artifacts& artifacts);

/// The files in the memfd that a compile step's init sent. It comes from inside a sandbox: refused
/// if it is not sealed, larger than `limit`, malformed, or holds names other than `expected`.
[[nodiscard]] base::Result<Artifacts> read_artifacts(int memfd, base::Bytes limit,
                                                     const std::vector<std::string>& expected);

}  // namespace leash::run
