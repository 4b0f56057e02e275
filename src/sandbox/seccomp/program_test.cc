#include "sandbox/seccomp/program.h"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>

namespace leash::sandbox {
namespace {

using Args = std::array<std::uint64_t, 6>;
constexpr std::uint32_t kEperm = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;

class SeccompProgramTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::uint32_t call(std::uint32_t number, Args args = {}) const {
    return interpret(program_, AUDIT_ARCH_X86_64, number, args);
  }
  const std::vector<sock_filter> program_ = make_seccomp_program(syscall_policy());
};

TEST_F(SeccompProgramTest, PolicyIsSortedAndHasEachNumberOnce) {
  std::int64_t last = -1;
  for (const SyscallRule& rule : syscall_policy()) {
    EXPECT_GT(static_cast<std::int64_t>(rule.number), last) << rule.name;
    last = rule.number;
  }
}

TEST_F(SeccompProgramTest, EveryNumberGetsItsVerdict) {
  for (std::uint32_t number = 0; number < 1024; ++number) {
    switch (verdict_for(number)) {
      case Verdict::kAllow:
        EXPECT_EQ(call(number), SECCOMP_RET_ALLOW) << number;
        break;
      case Verdict::kDenyPerm:
        EXPECT_EQ(call(number), kEperm) << number;
        break;
      case Verdict::kDenyNoSys:
        EXPECT_EQ(call(number), kEnosys) << number;
        break;
      default:
        break;  // looked at one by one below
    }
  }
}

TEST_F(SeccompProgramTest, NumbersNobodyKnowsAreEnosys) {
  for (const std::uint32_t number : {600U, 0x3FFFFFFFU, 0x40000000U, 0x40000027U, 0xFFFFFFFFU}) {
    EXPECT_EQ(call(number), kEnosys) << number;
  }
}

TEST_F(SeccompProgramTest, OtherArchitecturesAreKilled) {
  EXPECT_EQ(interpret(program_, AUDIT_ARCH_I386, 1, Args{}), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(interpret(program_, AUDIT_ARCH_AARCH64, 1, Args{}), SECCOMP_RET_KILL_PROCESS);
}

TEST_F(SeccompProgramTest, SocketDomainsByTheirLowHalf) {
  constexpr std::uint64_t kHigh = std::uint64_t{1} << 32;
  for (const std::uint64_t high : {std::uint64_t{0}, kHigh}) {
    EXPECT_EQ(call(SYS_socket, {high | AF_UNIX}), SECCOMP_RET_ALLOW);
    EXPECT_EQ(call(SYS_socket, {high | AF_INET6}), SECCOMP_RET_ALLOW);
    for (const int domain : {AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK, AF_KEY, AF_BLUETOOTH, 99}) {
      EXPECT_EQ(call(SYS_socket, {high | static_cast<std::uint64_t>(domain)}),
                SECCOMP_RET_ERRNO | EAFNOSUPPORT)
          << domain;
    }
  }
}

TEST_F(SeccompProgramTest, CloneMakesNoNamespace) {
  EXPECT_EQ(call(SYS_clone, {0x003D0F00}), SECCOMP_RET_ALLOW);  // pthread_create
  EXPECT_EQ(call(SYS_clone, {17}), SECCOMP_RET_ALLOW);          // fork
  for (const std::uint64_t flag : {0x00020000U, 0x02000000U, 0x04000000U, 0x08000000U, 0x10000000U,
                                   0x20000000U, 0x40000000U, 0x00000080U}) {
    EXPECT_EQ(call(SYS_clone, {flag | 17}), kEperm) << flag;
    EXPECT_EQ(call(SYS_clone, {flag | 17 | (std::uint64_t{5} << 32)}), kEperm) << flag;
  }
  EXPECT_EQ(call(SYS_clone3), kEnosys);
}

TEST_F(SeccompProgramTest, NobodySlowsTheInitDown) {
  for (const std::uint32_t number :
       {SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr, SYS_sched_setaffinity}) {
    EXPECT_EQ(call(number, {0}), SECCOMP_RET_ALLOW) << number;
    EXPECT_EQ(call(number, {2}), SECCOMP_RET_ALLOW) << number;
    EXPECT_EQ(call(number, {1}), kEperm) << number;
  }
  EXPECT_EQ(call(SYS_setpriority, {PRIO_PROCESS, 0}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(call(SYS_setpriority, {PRIO_PROCESS, 1}), kEperm);
  EXPECT_EQ(call(SYS_setpriority, {PRIO_PGRP, 0}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(call(SYS_setpriority, {PRIO_USER, 0}), kEperm);
}

TEST_F(SeccompProgramTest, NoMemoryThatNoLimitCounts) {
  for (const std::uint64_t option : {26U, 50U, 51U, 52U}) {
    EXPECT_EQ(call(SYS_setsockopt, {3, SOL_SOCKET, option}), kEperm) << option;
  }
  EXPECT_EQ(call(SYS_setsockopt, {3, SOL_SOCKET, SO_REUSEADDR}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(call(SYS_setsockopt, {3, IPPROTO_TCP, 1}), SECCOMP_RET_ALLOW);  // TCP_NODELAY
  EXPECT_EQ(call(SYS_setsockopt, {3, IPPROTO_UDP, 1}), kEperm);             // UDP_CORK
  for (const std::uint32_t number : {SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr}) {
    EXPECT_EQ(call(number), SECCOMP_RET_ERRNO | EOPNOTSUPP);
  }
  EXPECT_EQ(call(SYS_mbind), kEnosys);
}

TEST_F(SeccompProgramTest, TerminalInjectionIsRefused) {
  EXPECT_EQ(call(SYS_ioctl, {0, 0x5401}), SECCOMP_RET_ALLOW);  // TCGETS: isatty()
  for (const std::uint64_t request : {0x5412U, 0x541CU, 0x5423U, 0x541DU}) {
    EXPECT_EQ(call(SYS_ioctl, {0, request}), kEperm);
    EXPECT_EQ(call(SYS_ioctl, {0, request | (std::uint64_t{1} << 32)}), kEperm);
  }
}

TEST_F(SeccompProgramTest, NoSocketMakesTheKernelLoadAModule) {
  constexpr std::uint64_t kStream = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  for (const std::uint64_t protocol : {0, 6, 17}) {
    EXPECT_EQ(call(SYS_socket, {AF_INET, kStream, protocol}), SECCOMP_RET_ALLOW) << protocol;
  }
  for (const std::uint64_t protocol : {33, 132, 136, 262}) {  // DCCP, SCTP, UDP-Lite, MPTCP
    EXPECT_EQ(call(SYS_socket, {AF_INET6, kStream, protocol}), SECCOMP_RET_ERRNO | EPROTONOSUPPORT);
  }
  for (const std::uint64_t type : {4, 5, 6, 10}) {  // RDM, SEQPACKET, DCCP, PACKET
    EXPECT_EQ(call(SYS_socket, {AF_INET, type | SOCK_CLOEXEC}),
              SECCOMP_RET_ERRNO | ESOCKTNOSUPPORT);
  }
  EXPECT_EQ(call(SYS_socketpair, {AF_UNIX, SOCK_SEQPACKET}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(call(SYS_ioctl, {0, 0x8940}), kEperm);  // SIOCGIFBR
  EXPECT_EQ(call(SYS_ioctl, {0, 0x8983}), kEperm);  // SIOCSIFVLAN
}

TEST_F(SeccompProgramTest, SharedFilesCarryNoNews) {
  for (const long number :
       {SYS_flock, SYS_inotify_init, SYS_inotify_init1, SYS_inotify_add_watch}) {
    EXPECT_EQ(call(static_cast<std::uint32_t>(number)), kEnosys) << number;
  }
  EXPECT_EQ(call(SYS_fcntl, {3, 6}), SECCOMP_RET_ALLOW);  // F_SETLK: databases
  for (const std::uint64_t command : {36U, 1024U, 1026U}) {
    EXPECT_EQ(call(SYS_fcntl, {3, command | (std::uint64_t{1} << 32)}), kEperm) << command;
  }
}

TEST_F(SeccompProgramTest, PersonalityAndForeignLimits) {
  EXPECT_EQ(call(SYS_personality, {0x0040000}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(call(SYS_personality, {0x0400000}), kEperm);  // READ_IMPLIES_EXEC
  EXPECT_EQ(call(SYS_prlimit64, {0}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(call(SYS_prlimit64, {1}), kEperm);
}

TEST_F(SeccompProgramTest, SizeOfCoresStaysAndOtherLimitsDoNot) {
  constexpr std::uint32_t kNoEffect = SECCOMP_RET_ERRNO;
  constexpr std::uint64_t kHigh = std::uint64_t{1} << 32;
  EXPECT_EQ(call(SYS_setrlimit, {RLIMIT_CORE}), kNoEffect);
  EXPECT_EQ(call(SYS_setrlimit, {kHigh | RLIMIT_CORE}), kNoEffect);
  EXPECT_EQ(call(SYS_setrlimit, {RLIMIT_STACK}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(call(SYS_prlimit64, {0, RLIMIT_CORE, 0, 0x1000}), SECCOMP_RET_ALLOW);  // getrlimit
  for (const std::uint64_t pointer : {std::uint64_t{0x1000}, kHigh, kHigh | 0x1000}) {
    EXPECT_EQ(call(SYS_prlimit64, {0, RLIMIT_CORE, pointer}), kNoEffect);
    EXPECT_EQ(call(SYS_prlimit64, {0, kHigh | RLIMIT_CORE, pointer}), kNoEffect);
    EXPECT_EQ(call(SYS_prlimit64, {0, RLIMIT_STACK, pointer}), SECCOMP_RET_ALLOW);
    EXPECT_EQ(call(SYS_prlimit64, {1, RLIMIT_CORE, pointer}), kEperm);
  }
}

TEST_F(SeccompProgramTest, PagesAreNotMergedWithThoseOfOthers) {
  EXPECT_EQ(call(SYS_madvise, {0, 4096, 4}), SECCOMP_RET_ALLOW);  // MADV_DONTNEED
  EXPECT_EQ(call(SYS_madvise, {0, 4096, 12}), kEperm);            // MADV_MERGEABLE
  EXPECT_EQ(call(SYS_prctl, {15}), SECCOMP_RET_ALLOW);            // PR_SET_NAME
  EXPECT_EQ(call(SYS_prctl, {67, 1}), kEperm);                    // PR_SET_MEMORY_MERGE
}

TEST_F(SeccompProgramTest, WhatContainersEscapeByIsRefused) {
  for (const long number : {SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare,
                            SYS_setns, SYS_ptrace, SYS_bpf, SYS_keyctl, SYS_open_by_handle_at,
                            SYS_process_vm_readv, SYS_perf_event_open, SYS_userfaultfd}) {
    EXPECT_EQ(call(static_cast<std::uint32_t>(number)), kEperm) << number;
  }
  EXPECT_EQ(call(SYS_io_uring_setup), kEnosys);
}

TEST_F(SeccompProgramTest, ProgramIsWellFormedAndShort) {
  EXPECT_LT(program_.size(), 1000U);
  for (std::size_t i = 0; i < program_.size(); ++i) {
    if (BPF_CLASS(program_[i].code) != BPF_JMP) continue;
    const std::size_t reach = BPF_OP(program_[i].code) == BPF_JA
                                  ? program_[i].k
                                  : std::max(program_[i].jt, program_[i].jf);
    EXPECT_LT(i + 1 + reach, program_.size());
  }
}

}  // namespace
}  // namespace leash::sandbox
