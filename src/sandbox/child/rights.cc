#include "sandbox/child/rights.h"

#include <linux/capability.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

#include "sandbox/child/raw.h"

namespace leash::sandbox {
namespace {

using raw::address;

constexpr int kPastAllCapabilities = CAP_LAST_CAP + 8;
constexpr unsigned kSecurebits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED |
                                 SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

/// 0 if the three ids that the call reports are this one.
long expect_ids(long number, uid_t id) {
  uid_t ids[3] = {};
  const long result = raw::call(number, address(ids), address(ids + 1), address(ids + 2));
  if (result < 0) return result;
  return ids[0] == id && ids[1] == id && ids[2] == id ? 0 : -EPERM;
}

long empty_capability_sets() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2] = {};
  long result = raw::call(SYS_capset, address(&header), address(data));
  if (result < 0) return result;
  result = raw::call(SYS_capget, address(&header), address(data));
  if (result < 0) return result;
  for (const auto& set : data) {
    if ((set.effective | set.permitted | set.inheritable) != 0) return -EPERM;
  }
  return 0;
}

long put_up_filter(const ChildPlan& plan) {
  struct {
    std::uint16_t length;
    const sock_filter* filter;
  } const program{plan.filter_size, plan.filter};
  long result = raw::call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, address(&program));
  if (result < 0) return result;
  result = raw::call(SYS_prctl, PR_GET_SECCOMP);
  if (result != SECCOMP_MODE_FILTER) return -EPERM;
  // The mode may be that of a container around the server. The kernel alone would say EBADF.
  return raw::call(SYS_setns, -1, 0) == -EPERM ? 0 : -ENOSYS;
}

}  // namespace

long drop_bounding_set(const ChildPlan& /*plan*/) {
  long result = raw::call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
  if (result < 0) return result;
  for (int capability = 0; capability <= kPastAllCapabilities; ++capability) {
    result = raw::call(SYS_prctl, PR_CAPBSET_DROP, capability);
    if (result == -EINVAL) break;  // past the last one this kernel knows
    if (result < 0) return result;
    if (raw::call(SYS_prctl, PR_CAPBSET_READ, capability) != 0 ||
        raw::call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability) != 0) {
      return -EPERM;
    }
  }
  result = raw::call(SYS_prctl, PR_SET_SECUREBITS, kSecurebits);
  if (result < 0) return result;
  return raw::call(SYS_prctl, PR_GET_SECUREBITS) == kSecurebits ? 0 : -EPERM;
}

long change_user(const ChildPlan& plan) {
  const uid_t uid = plan.uid;
  long result = raw::call(SYS_setgroups, 0, 0);
  if (result < 0) return result;
  result = raw::call(SYS_setresgid, uid, uid, uid);
  if (result < 0) return result;
  result = raw::call(SYS_setresuid, uid, uid, uid);
  if (result < 0) return result;
  // Also where the change of uid should have emptied them.
  result = empty_capability_sets();
  if (result < 0) return result;
  result = expect_ids(SYS_getresuid, uid);
  if (result < 0) return result;
  result = expect_ids(SYS_getresgid, uid);
  if (result < 0) return result;
  result = raw::call(SYS_getgroups, 0, 0);
  return result <= 0 ? result : -EPERM;
}

long hide_from_others(const ChildPlan& /*plan*/) {
  const long result = raw::call(SYS_prctl, PR_SET_DUMPABLE, 0);
  if (result < 0) return result;
  return raw::call(SYS_prctl, PR_GET_DUMPABLE) == 0 ? 0 : -EPERM;
}

long forbid_new_privileges(const ChildPlan& /*plan*/) {
  const long result = raw::call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1);
  if (result < 0) return result;
  return raw::call(SYS_prctl, PR_GET_NO_NEW_PRIVS) == 1 ? 0 : -EPERM;
}

long install_filter(const ChildPlan& plan) {
  return plan.layers.has(Layer::kNoNewPrivs) ? put_up_filter(plan) : 0;
}

long install_filter_early(const ChildPlan& plan) {
  return plan.layers.has(Layer::kNoNewPrivs) ? 0 : put_up_filter(plan);
}

}  // namespace leash::sandbox
