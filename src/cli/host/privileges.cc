#include "cli/host/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace leash::cli {
namespace {

using CapabilityData = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

__user_cap_header_struct this_thread() {
  return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
}

base::Error not_so(const char* what) {
  return base::plain_error("drop privileges", what, "it did not take effect");
}

/// The bounding set shrinks only with CAP_SETPCAP: without it, it does not matter either, since
/// no_new_privs lets no exec gain anything.
base::Result<void> shrink_bounding_set() {
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EPERM) {
      return base::system_error("prctl(PR_CAPBSET_DROP)");
    }
  }
  return {};
}

base::Result<void> change_ids(uid_t uid) {
  const auto gid = static_cast<gid_t>(uid);
  if (::setgroups(0, nullptr) != 0) return base::system_error("setgroups");
  if (::setresgid(gid, gid, gid) != 0) return base::system_error("setresgid");
  if (::setresuid(uid, uid, uid) != 0) return base::system_error("setresuid");
  return {};
}

base::Result<void> clear_capabilities() {
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) {
    return base::system_error("prctl(PR_CAP_AMBIENT)");
  }
  auto header = this_thread();
  const CapabilityData none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0) return base::system_error("capset");
  return {};
}

base::Result<void> check_ids(uid_t uid) {
  uid_t real = 0;
  uid_t effective = 0;
  uid_t saved = 0;
  gid_t real_group = 0;
  gid_t effective_group = 0;
  gid_t saved_group = 0;
  ::getresuid(&real, &effective, &saved);
  ::getresgid(&real_group, &effective_group, &saved_group);
  if (real != uid || effective != uid || saved != uid) return not_so("user id");
  if (real_group != uid || effective_group != uid || saved_group != uid) return not_so("group id");
  if (::getgroups(0, nullptr) != 0) return not_so("supplementary groups");
  if (::setresuid(0, 0, 0) == 0) return not_so("user id: root can be had back");
  return {};
}

base::Result<void> check_capabilities() {
  auto header = this_thread();
  CapabilityData data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return base::system_error("capget");
  for (const auto& word : data) {
    if ((word.effective | word.permitted | word.inheritable) != 0) return not_so("capabilities");
  }
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0) == 1) {
      return not_so("ambient capabilities");
    }
  }
  return {};
}

}  // namespace

base::Result<void> drop_privileges(std::optional<uid_t> uid) {
  if (uid == 0U) return base::plain_error("drop privileges", "user id", "it would stay root");
  const bool changes = uid && (*uid != ::geteuid() || *uid != ::getuid());
  if (auto done = shrink_bounding_set(); !done) return done;
  if (changes) {
    if (auto done = change_ids(*uid); !done) return done;
  }
  if (auto done = clear_capabilities(); !done) return done;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return base::system_error("no_new_privs");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return base::system_error("not dumpable");

  if (changes) {
    if (auto done = check_ids(*uid); !done) return done;
  }
  if (auto done = check_capabilities(); !done) return done;
  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return not_so("no_new_privs");
  if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return not_so("not dumpable");
  return {};
}

}  // namespace leash::cli
