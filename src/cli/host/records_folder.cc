#include "cli/host/records_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <vector>

#include "sys/file.h"

namespace leash::cli {
namespace {

constexpr const char* kFolder = "records";

base::Result<std::vector<std::string>> names_in(int folder) {
  auto again = sys::open_at(folder, ".", O_RDONLY | O_DIRECTORY);
  if (!again) return again.error();
  struct Close {
    void operator()(DIR* list) const { ::closedir(list); }
  };
  const std::unique_ptr<DIR, Close> list(::fdopendir(again->get()));
  if (!list) return base::system_error("list", kFolder);
  static_cast<void>(again->release());
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(list.get())) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

base::Result<void> give(int folder, const std::string& name, uid_t uid) {
  const auto file = sys::open_at(folder, name, O_PATH | O_NOFOLLOW);
  if (!file) return file.error();
  struct stat info {};
  if (::fstat(file->get(), &info) != 0) return base::system_error("fstat", name);
  if (!S_ISREG(info.st_mode) || info.st_nlink != 1) {
    return base::plain_error("use the records", name, "is no plain file with one name: remove it");
  }
  if (::fchownat(file->get(), "", uid, uid, AT_EMPTY_PATH) != 0) {
    return base::system_error("chown", name);
  }
  return {};
}

}  // namespace

base::Result<sys::UniqueFd> make_records_folder(const std::string& state_dir,
                                                std::optional<uid_t> uid) {
  const auto state = sys::open_directory(state_dir);
  if (!state) return state.error();
  if (::mkdirat(state->get(), kFolder, 0700) != 0 && errno != EEXIST) {
    return base::system_error("mkdir", kFolder);
  }
  auto folder = sys::open_at(state->get(), kFolder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!folder) return folder.error();
  if (!uid) return folder;
  // The folder comes first: from here on its last owner can put nothing into it.
  if (::fchown(folder->get(), ::geteuid(), ::getegid()) != 0 ||
      ::fchmod(folder->get(), 0700) != 0) {
    return base::system_error("chown", kFolder);
  }
  const auto names = names_in(folder->get());
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (auto given = give(folder->get(), name, *uid); !given) return given.error();
  }
  if (::fchown(folder->get(), *uid, *uid) != 0) return base::system_error("chown", kFolder);
  return folder;
}

}  // namespace leash::cli
