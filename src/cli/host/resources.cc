#include "cli/host/resources.h"

#include <system_error>

#include "sys/file.h"

namespace leash::cli {
namespace fs = std::filesystem;

base::Result<Resources> find_resources(const fs::path& program) {
  const fs::path beside = program.parent_path() / "lib/leash";
  const fs::path installed = program.parent_path().parent_path() / "lib/leash";
  for (const fs::path& folder : {beside, installed}) {
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) return Resources{.program = program, .folder = folder};
  }
  return base::plain_error("find leash's own files", beside,
                           "no such folder; build or install leash");
}

base::Result<Resources> find_resources() {
  const auto program = sys::program_path();
  if (!program) return program.error();
  return find_resources(fs::path(*program));
}

}  // namespace leash::cli
