#include "sandbox/seccomp/policy.h"

#include <algorithm>
#include <array>

namespace leash::sandbox {
namespace {

// Numbers are spelled out, not taken from the kernel's headers: an older header must not make the
// policy smaller. They never change.
using enum Verdict;

// Runs have the inodes of the toolchain's files in common, and what hangs on an inode is in no
// namespace: one run could speak to another by a lock (flock, leases), watch what it opens
// (inotify, dnotify), see what is cached of it (cachestat, preadv2), or throw that away for all
// (fadvise64). sync and syncfs would write out the machine's disks, none of which a run can have
// written to. No limit counts the memory of access control lists (setxattr) and of policies for
// memory (mbind).
constexpr auto kPolicy = std::to_array<SyscallRule>({
    // clang-format off
    {0, "read", kAllow}, {1, "write", kAllow}, {2, "open", kAllow}, {3, "close", kAllow},
    {4, "stat", kAllow}, {5, "fstat", kAllow}, {6, "lstat", kAllow}, {7, "poll", kAllow},
    {8, "lseek", kAllow}, {9, "mmap", kAllow}, {10, "mprotect", kAllow}, {11, "munmap", kAllow},
    {12, "brk", kAllow}, {13, "rt_sigaction", kAllow}, {14, "rt_sigprocmask", kAllow},
    {15, "rt_sigreturn", kAllow}, {16, "ioctl", kCheckIoctl}, {17, "pread64", kAllow},
    {18, "pwrite64", kAllow}, {19, "readv", kAllow}, {20, "writev", kAllow}, {21, "access", kAllow},
    {22, "pipe", kAllow}, {23, "select", kAllow}, {24, "sched_yield", kAllow},
    {25, "mremap", kAllow}, {26, "msync", kAllow}, {27, "mincore", kAllow},
    {28, "madvise", kCheckAdvice},
    {29, "shmget", kAllow}, {30, "shmat", kAllow}, {31, "shmctl", kAllow}, {32, "dup", kAllow},
    {33, "dup2", kAllow}, {34, "pause", kAllow}, {35, "nanosleep", kAllow},
    {36, "getitimer", kAllow}, {37, "alarm", kAllow}, {38, "setitimer", kAllow},
    {39, "getpid", kAllow}, {40, "sendfile", kAllow}, {41, "socket", kCheckDomain},
    {42, "connect", kAllow}, {43, "accept", kAllow}, {44, "sendto", kAllow},
    {45, "recvfrom", kAllow}, {46, "sendmsg", kAllow}, {47, "recvmsg", kAllow},
    {48, "shutdown", kAllow}, {49, "bind", kAllow}, {50, "listen", kAllow},
    {51, "getsockname", kAllow}, {52, "getpeername", kAllow}, {53, "socketpair", kCheckDomain},
    {54, "setsockopt", kCheckOption}, {55, "getsockopt", kAllow}, {56, "clone", kCheckClone},
    {57, "fork", kAllow}, {58, "vfork", kAllow}, {59, "execve", kAllow}, {60, "exit", kAllow},
    {61, "wait4", kAllow}, {62, "kill", kAllow}, {63, "uname", kAllow}, {64, "semget", kAllow},
    {65, "semop", kAllow}, {66, "semctl", kAllow}, {67, "shmdt", kAllow}, {68, "msgget", kAllow},
    {69, "msgsnd", kAllow}, {70, "msgrcv", kAllow}, {71, "msgctl", kAllow}, {72, "fcntl", kCheckFcntl},
    {73, "flock", kDenyNoSys}, {74, "fsync", kAllow}, {75, "fdatasync", kAllow},
    {76, "truncate", kAllow}, {77, "ftruncate", kAllow}, {78, "getdents", kAllow},
    {79, "getcwd", kAllow}, {80, "chdir", kAllow}, {81, "fchdir", kAllow}, {82, "rename", kAllow},
    {83, "mkdir", kAllow}, {84, "rmdir", kAllow}, {85, "creat", kAllow}, {86, "link", kAllow},
    {87, "unlink", kAllow}, {88, "symlink", kAllow}, {89, "readlink", kAllow},
    {90, "chmod", kAllow}, {91, "fchmod", kAllow}, {92, "chown", kAllow}, {93, "fchown", kAllow},
    {94, "lchown", kAllow}, {95, "umask", kAllow}, {96, "gettimeofday", kAllow},
    {97, "getrlimit", kAllow}, {98, "getrusage", kAllow}, {99, "sysinfo", kAllow},
    {100, "times", kAllow}, {101, "ptrace", kDenyPerm}, {102, "getuid", kAllow},
    {103, "syslog", kDenyPerm}, {104, "getgid", kAllow}, {105, "setuid", kAllow},
    {106, "setgid", kAllow}, {107, "geteuid", kAllow}, {108, "getegid", kAllow},
    {109, "setpgid", kAllow}, {110, "getppid", kAllow}, {111, "getpgrp", kAllow},
    {112, "setsid", kAllow}, {113, "setreuid", kAllow}, {114, "setregid", kAllow},
    {115, "getgroups", kAllow}, {116, "setgroups", kAllow}, {117, "setresuid", kAllow},
    {118, "getresuid", kAllow}, {119, "setresgid", kAllow}, {120, "getresgid", kAllow},
    {121, "getpgid", kAllow}, {122, "setfsuid", kAllow}, {123, "setfsgid", kAllow},
    {124, "getsid", kAllow}, {125, "capget", kAllow}, {126, "capset", kAllow},
    {127, "rt_sigpending", kAllow}, {128, "rt_sigtimedwait", kAllow},
    {129, "rt_sigqueueinfo", kAllow}, {130, "rt_sigsuspend", kAllow}, {131, "sigaltstack", kAllow},
    {132, "utime", kAllow}, {133, "mknod", kAllow}, {134, "uselib", kDenyNoSys},
    {135, "personality", kCheckPersona}, {136, "ustat", kDenyNoSys}, {137, "statfs", kAllow},
    {138, "fstatfs", kAllow}, {139, "sysfs", kDenyNoSys}, {140, "getpriority", kAllow},
    {141, "setpriority", kCheckPriority}, {142, "sched_setparam", kCheckOther}, {143, "sched_getparam", kAllow},
    {144, "sched_setscheduler", kCheckOther}, {145, "sched_getscheduler", kAllow},
    {146, "sched_get_priority_max", kAllow}, {147, "sched_get_priority_min", kAllow},
    {148, "sched_rr_get_interval", kAllow}, {149, "mlock", kAllow}, {150, "munlock", kAllow},
    {151, "mlockall", kAllow}, {152, "munlockall", kAllow}, {153, "vhangup", kDenyPerm},
    {154, "modify_ldt", kDenyPerm}, {155, "pivot_root", kDenyPerm}, {156, "_sysctl", kDenyPerm},
    {157, "prctl", kCheckControl}, {158, "arch_prctl", kAllow}, {159, "adjtimex", kDenyPerm},
    {160, "setrlimit", kCheckLimit}, {161, "chroot", kDenyPerm}, {162, "sync", kDenyNoSys},
    {163, "acct", kDenyPerm}, {164, "settimeofday", kDenyPerm}, {165, "mount", kDenyPerm},
    {166, "umount2", kDenyPerm}, {167, "swapon", kDenyPerm}, {168, "swapoff", kDenyPerm},
    {169, "reboot", kDenyPerm}, {170, "sethostname", kDenyPerm}, {171, "setdomainname", kDenyPerm},
    {172, "iopl", kDenyPerm}, {173, "ioperm", kDenyPerm}, {174, "create_module", kDenyPerm},
    {175, "init_module", kDenyPerm}, {176, "delete_module", kDenyPerm},
    {177, "get_kernel_syms", kDenyPerm}, {178, "query_module", kDenyPerm},
    {179, "quotactl", kDenyPerm}, {180, "nfsservctl", kDenyPerm}, {181, "getpmsg", kDenyNoSys},
    {182, "putpmsg", kDenyNoSys}, {183, "afs_syscall", kDenyNoSys}, {184, "tuxcall", kDenyNoSys},
    {185, "security", kDenyNoSys}, {186, "gettid", kAllow}, {187, "readahead", kAllow},
    {188, "setxattr", kDenyNotSup}, {189, "lsetxattr", kDenyNotSup}, {190, "fsetxattr", kDenyNotSup},
    {191, "getxattr", kAllow}, {192, "lgetxattr", kAllow}, {193, "fgetxattr", kAllow},
    {194, "listxattr", kAllow}, {195, "llistxattr", kAllow}, {196, "flistxattr", kAllow},
    {197, "removexattr", kAllow}, {198, "lremovexattr", kAllow}, {199, "fremovexattr", kAllow},
    {200, "tkill", kAllow}, {201, "time", kAllow}, {202, "futex", kAllow},
    {203, "sched_setaffinity", kCheckOther}, {204, "sched_getaffinity", kAllow},
    {205, "set_thread_area", kDenyNoSys}, {206, "io_setup", kDenyNoSys},
    {207, "io_destroy", kDenyNoSys}, {208, "io_getevents", kDenyNoSys},
    {209, "io_submit", kDenyNoSys}, {210, "io_cancel", kDenyNoSys},
    {211, "get_thread_area", kDenyNoSys}, {212, "lookup_dcookie", kDenyPerm},
    {213, "epoll_create", kAllow}, {214, "epoll_ctl_old", kDenyNoSys},
    {215, "epoll_wait_old", kDenyNoSys}, {216, "remap_file_pages", kAllow},
    {217, "getdents64", kAllow}, {218, "set_tid_address", kAllow}, {219, "restart_syscall", kAllow},
    {220, "semtimedop", kAllow}, {221, "fadvise64", kNoEffect}, {222, "timer_create", kAllow},
    {223, "timer_settime", kAllow}, {224, "timer_gettime", kAllow},
    {225, "timer_getoverrun", kAllow}, {226, "timer_delete", kAllow},
    {227, "clock_settime", kDenyPerm}, {228, "clock_gettime", kAllow},
    {229, "clock_getres", kAllow}, {230, "clock_nanosleep", kAllow}, {231, "exit_group", kAllow},
    {232, "epoll_wait", kAllow}, {233, "epoll_ctl", kAllow}, {234, "tgkill", kAllow},
    {235, "utimes", kAllow}, {236, "vserver", kDenyNoSys}, {237, "mbind", kDenyNoSys},
    {238, "set_mempolicy", kDenyNoSys}, {239, "get_mempolicy", kAllow}, {240, "mq_open", kAllow},
    {241, "mq_unlink", kAllow}, {242, "mq_timedsend", kAllow}, {243, "mq_timedreceive", kAllow},
    {244, "mq_notify", kAllow}, {245, "mq_getsetattr", kAllow}, {246, "kexec_load", kDenyPerm},
    {247, "waitid", kAllow}, {248, "add_key", kDenyPerm}, {249, "request_key", kDenyPerm},
    {250, "keyctl", kDenyPerm}, {251, "ioprio_set", kDenyPerm}, {252, "ioprio_get", kAllow},
    {253, "inotify_init", kDenyNoSys}, {254, "inotify_add_watch", kDenyNoSys},
    {255, "inotify_rm_watch", kDenyNoSys}, {256, "migrate_pages", kDenyPerm}, {257, "openat", kAllow},
    {258, "mkdirat", kAllow}, {259, "mknodat", kAllow}, {260, "fchownat", kAllow},
    {261, "futimesat", kAllow}, {262, "newfstatat", kAllow}, {263, "unlinkat", kAllow},
    {264, "renameat", kAllow}, {265, "linkat", kAllow}, {266, "symlinkat", kAllow},
    {267, "readlinkat", kAllow}, {268, "fchmodat", kAllow}, {269, "faccessat", kAllow},
    {270, "pselect6", kAllow}, {271, "ppoll", kAllow}, {272, "unshare", kDenyPerm},
    {273, "set_robust_list", kAllow}, {274, "get_robust_list", kAllow}, {275, "splice", kAllow},
    {276, "tee", kAllow}, {277, "sync_file_range", kAllow}, {278, "vmsplice", kAllow},
    {279, "move_pages", kDenyPerm}, {280, "utimensat", kAllow}, {281, "epoll_pwait", kAllow},
    {282, "signalfd", kAllow}, {283, "timerfd_create", kAllow}, {284, "eventfd", kAllow},
    {285, "fallocate", kAllow}, {286, "timerfd_settime", kAllow}, {287, "timerfd_gettime", kAllow},
    {288, "accept4", kAllow}, {289, "signalfd4", kAllow}, {290, "eventfd2", kAllow},
    {291, "epoll_create1", kAllow}, {292, "dup3", kAllow}, {293, "pipe2", kAllow},
    {294, "inotify_init1", kDenyNoSys}, {295, "preadv", kAllow}, {296, "pwritev", kAllow},
    {297, "rt_tgsigqueueinfo", kAllow}, {298, "perf_event_open", kDenyPerm},
    {299, "recvmmsg", kAllow}, {300, "fanotify_init", kDenyPerm}, {301, "fanotify_mark", kDenyPerm},
    {302, "prlimit64", kCheckOwnPid}, {303, "name_to_handle_at", kDenyPerm},
    {304, "open_by_handle_at", kDenyPerm}, {305, "clock_adjtime", kDenyPerm},
    {306, "syncfs", kDenyNoSys}, {307, "sendmmsg", kAllow}, {308, "setns", kDenyPerm},
    {309, "getcpu", kAllow}, {310, "process_vm_readv", kDenyPerm},
    {311, "process_vm_writev", kDenyPerm}, {312, "kcmp", kDenyPerm},
    {313, "finit_module", kDenyPerm}, {314, "sched_setattr", kCheckOther},
    {315, "sched_getattr", kAllow}, {316, "renameat2", kAllow}, {317, "seccomp", kAllow},
    {318, "getrandom", kAllow}, {319, "memfd_create", kAllow}, {320, "kexec_file_load", kDenyPerm},
    {321, "bpf", kDenyPerm}, {322, "execveat", kAllow}, {323, "userfaultfd", kDenyPerm},
    {324, "membarrier", kAllow}, {325, "mlock2", kAllow}, {326, "copy_file_range", kAllow},
    {327, "preadv2", kDenyNoSys}, {328, "pwritev2", kAllow}, {329, "pkey_mprotect", kAllow},
    {330, "pkey_alloc", kAllow}, {331, "pkey_free", kAllow}, {332, "statx", kAllow},
    {333, "io_pgetevents", kDenyNoSys}, {334, "rseq", kAllow}, {424, "pidfd_send_signal", kAllow},
    {425, "io_uring_setup", kDenyNoSys}, {426, "io_uring_enter", kDenyNoSys},
    {427, "io_uring_register", kDenyNoSys}, {428, "open_tree", kDenyPerm},
    {429, "move_mount", kDenyPerm}, {430, "fsopen", kDenyPerm}, {431, "fsconfig", kDenyPerm},
    {432, "fsmount", kDenyPerm}, {433, "fspick", kDenyPerm}, {434, "pidfd_open", kAllow},
    {435, "clone3", kDenyNoSys}, {436, "close_range", kAllow}, {437, "openat2", kAllow},
    {438, "pidfd_getfd", kDenyPerm}, {439, "faccessat2", kAllow},
    {440, "process_madvise", kDenyPerm}, {441, "epoll_pwait2", kAllow},
    {442, "mount_setattr", kDenyPerm}, {443, "quotactl_fd", kDenyPerm},
    {444, "landlock_create_ruleset", kAllow}, {445, "landlock_add_rule", kAllow},
    {446, "landlock_restrict_self", kAllow}, {447, "memfd_secret", kDenyNoSys},
    {448, "process_mrelease", kDenyPerm}, {449, "futex_waitv", kAllow},
    {450, "set_mempolicy_home_node", kDenyPerm}, {451, "cachestat", kDenyNoSys},
    {452, "fchmodat2", kAllow}, {453, "map_shadow_stack", kDenyNoSys}, {454, "futex_wake", kAllow},
    {455, "futex_wait", kAllow}, {456, "futex_requeue", kAllow}, {457, "statmount", kDenyPerm},
    {458, "listmount", kDenyPerm}, {459, "lsm_get_self_attr", kDenyNoSys},
    {460, "lsm_set_self_attr", kDenyNoSys}, {461, "lsm_list_modules", kDenyNoSys},
    {462, "mseal", kAllow}, {463, "setxattrat", kDenyNotSup}, {464, "getxattrat", kAllow},
    {465, "listxattrat", kAllow}, {466, "removexattrat", kAllow},
    {467, "open_tree_attr", kDenyPerm},
    // clang-format on
});

}  // namespace

std::span<const SyscallRule> syscall_policy() {
  return kPolicy;
}

Verdict verdict_for(std::uint32_t number) {
  const auto* rule = std::ranges::lower_bound(kPolicy, number, {}, &SyscallRule::number);
  return rule != kPolicy.end() && rule->number == number ? rule->verdict : Verdict::kDenyNoSys;
}

}  // namespace leash::sandbox
