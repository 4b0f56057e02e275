#include "spawner/privileges.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <initializer_list>

#include "spawner/subordinate_ids.h"
#include "sys/fd.h"
#include "sys/file.h"

namespace leash::spawner {
namespace {

using base::Result;

// Above everything that distributions, systemd's dynamic users and containers hand out.
constexpr uid_t kFirstAsRoot = 1'900'000'000;
constexpr uid_t kCountAsRoot = 4'194'304;
constexpr const char* kFolderAsRoot = "/run/leash";
/// In the user namespace 0 is the user, and from 1 on come the subordinate ids.
constexpr uid_t kFirstRootless = 1;

/// Makes the folder, unless it is there, and makes sure that nobody else can write in it.
Result<void> make_own_folder(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return base::system_error("mkdir", path);
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return base::system_error("lstat", path);
  if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() || (info.st_mode & 022U) != 0) {
    return base::plain_error("use the runtime folder", path,
                             "it is no folder that this user alone may write in: remove it");
  }
  return {};
}

/// systemd makes /run/user/<uid> at login; without it, a folder in /tmp.
std::string runtime_folder_of(uid_t uid) {
  const std::string session = fmt::format("/run/user/{}", uid);
  if (::access(session.c_str(), W_OK) == 0) return session + "/leash";
  return fmt::format("/tmp/leash-{}", uid);
}

Result<SubordinateIds> read_subordinate_ids(const char* path, const std::string& user, uid_t uid) {
  const auto file = sys::read_file(path);
  const auto found =
      file ? find_subordinate_ids(*file, user, uid) : std::optional<SubordinateIds>();
  if (!found) {
    return base::plain_error(
        "find ids for the runs of an ordinary user", path,
        fmt::format("it gives none to {}; as root: usermod --add-subuids 100000-165535 "
                    "--add-subgids 100000-165535 {}",
                    user, user));
  }
  return *found;
}

/// In the helper: executes one of the two programs and tells whether it succeeded.
bool run_mapper(const char* program, const std::array<std::string, 7>& words) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    std::array<char*, 9> arguments{};
    arguments[0] = const_cast<char*>(program);
    for (std::size_t i = 0; i < words.size(); ++i) {
      arguments[i + 1] = const_cast<char*>(words[i].c_str());
    }
    char* const environment[] = {nullptr};
    ::execve(program, arguments.data(), environment);
    ::_exit(127);
  }
  int status = 0;
  return pid > 0 && ::waitpid(pid, &status, 0) == pid && status == 0;
}

struct Mapping {
  const char* program;
  std::array<std::string, 7> words;  ///< pid, then twice: id inside, id outside, count.
};

Mapping make_mapping(const char* program, id_t own, const SubordinateIds& ids) {
  return {.program = program,
          .words = {std::to_string(::getpid()), "0", std::to_string(own), "1",
                    std::to_string(kFirstRootless), std::to_string(ids.first),
                    std::to_string(ids.count)}};
}

/// The maps are written from outside the namespace, by programs that may do so: a helper process,
/// which stays outside, waits until this one is inside and starts them.
Result<void> enter_user_namespace(const std::initializer_list<Mapping>& mappings) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe2");
  sys::UniqueFd read_end(ends[0]);
  sys::UniqueFd write_end(ends[1]);
  const pid_t helper = ::fork();
  if (helper < 0) return base::system_error("fork");
  if (helper == 0) {
    write_end.reset();
    char go = 0;
    if (::read(read_end.get(), &go, 1) != 1) ::_exit(1);
    const bool mapped = std::all_of(mappings.begin(), mappings.end(), [](const Mapping& mapping) {
      return run_mapper(mapping.program, mapping.words);
    });
    ::_exit(mapped ? 0 : 1);
  }
  Result<void> entered;
  if (::unshare(CLONE_NEWUSER) == 0) {
    static_cast<void>(sys::write_all(write_end.get(), "g"));
  } else {
    base::Error refused = base::system_error("unshare(CLONE_NEWUSER)");
    refused.detail =
        "ordinary users may not make user namespaces here: see the sysctls "
        "user.max_user_namespaces and kernel.apparmor_restrict_unprivileged_userns, or run as root";
    entered = refused;
  }
  write_end.reset();
  int status = 0;
  if (::waitpid(helper, &status, 0) != helper) return base::system_error("waitpid");
  if (!entered) return entered;
  if (status != 0) {
    return base::plain_error("map ids into the user namespace", "newuidmap, newgidmap",
                             "they refused (see above), or are not installed: Debian package "
                             "uidmap");
  }
  return {};
}

Result<void> become_root_inside() {
  if (::setresgid(0, 0, 0) != 0) return base::system_error("setresgid");
  if (::setresuid(0, 0, 0) != 0) return base::system_error("setresuid");
  if (::setgroups(0, nullptr) != 0) return base::system_error("setgroups");
  return {};
}

Result<Privileges> acquire_rootless() {
  const uid_t uid = ::geteuid();
  const passwd* entry = ::getpwuid(uid);
  const std::string user = entry != nullptr ? entry->pw_name : std::to_string(uid);
  const auto uids = read_subordinate_ids("/etc/subuid", user, uid);
  if (!uids) return uids.error();
  const auto gids = read_subordinate_ids("/etc/subgid", user, uid);
  if (!gids) return gids.error();
  Privileges privileges{.rootless = true,
                        .first_uid = kFirstRootless,
                        .uid_count = std::min(uids->count, gids->count),
                        .runtime_folder = runtime_folder_of(uid)};
  if (auto made = make_own_folder(privileges.runtime_folder, 0700); !made) return made.error();
  auto entered = enter_user_namespace({make_mapping("/usr/bin/newuidmap", uid, *uids),
                                       make_mapping("/usr/bin/newgidmap", ::getegid(), *gids)});
  if (!entered) return entered.error();
  if (auto became = become_root_inside(); !became) return became.error();
  return privileges;
}

}  // namespace

Result<Privileges> acquire_privileges() {
  if (::geteuid() != 0) return acquire_rootless();
  if (auto made = make_own_folder(kFolderAsRoot, 0755); !made) return made.error();
  return Privileges{
      .first_uid = kFirstAsRoot, .uid_count = kCountAsRoot, .runtime_folder = kFolderAsRoot};
}

}  // namespace leash::spawner
