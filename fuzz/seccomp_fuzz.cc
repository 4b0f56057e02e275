// The seccomp program, interpreted, against the policy it was made from, for any call:
// architecture, number and arguments, of which only the low halves may matter, but for pointers.
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "fuzz/check.h"
#include "sandbox/seccomp/program.h"

namespace {

using leash::fuzz::require;
using leash::sandbox::Verdict;

using Args = std::array<std::uint64_t, 6>;

struct Call {
  std::uint32_t number = 0;
  std::uint32_t arch = 0;
  Args args{};
};

constexpr std::uint32_t kNoEffect = SECCOMP_RET_ERRNO;  // 0, and nothing is done
constexpr std::array<std::uint32_t, 12> kRefusedRequests = {
    0x5412, 0x541C, 0x5423, 0x541D, 0x8940, 0x8941, 0x8982, 0x8983, 0x89A0, 0x89A1, 0x89A2, 0x89A3};
constexpr std::array<std::uint32_t, 5> kProtocols = {0, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP,
                                                     IPPROTO_ICMPV6};

std::uint32_t refuse(int number) {
  return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(number);
}

/// The policy, read again and in plain C++.
std::uint32_t expected(const Call& call) {
  if (call.arch != AUDIT_ARCH_X86_64) return SECCOMP_RET_KILL_PROCESS;
  if (call.number >= 0x40000000U) return refuse(ENOSYS);
  const auto low = [&](std::size_t i) { return static_cast<std::uint32_t>(call.args[i]); };
  const auto allow_if = [](bool allowed, int number) {
    return allowed ? static_cast<std::uint32_t>(SECCOMP_RET_ALLOW) : refuse(number);
  };
  switch (leash::sandbox::verdict_for(call.number)) {
    case Verdict::kAllow:
      return SECCOMP_RET_ALLOW;
    case Verdict::kDenyPerm:
      return refuse(EPERM);
    case Verdict::kDenyNoSys:
      return refuse(ENOSYS);
    case Verdict::kDenyNotSup:
      return refuse(EOPNOTSUPP);
    case Verdict::kNoEffect:
      return kNoEffect;
    case Verdict::kCheckDomain:
      if (low(0) == AF_UNIX) return SECCOMP_RET_ALLOW;
      if (low(0) != AF_INET && low(0) != AF_INET6) return refuse(EAFNOSUPPORT);
      if ((low(1) & 0xC) != 0) return refuse(ESOCKTNOSUPPORT);
      return allow_if(std::ranges::find(kProtocols, low(2)) != kProtocols.end(), EPROTONOSUPPORT);
    case Verdict::kCheckClone:
      return allow_if((low(0) & 0x7E020080U) == 0, EPERM);
    case Verdict::kCheckIoctl:
      return allow_if(std::ranges::find(kRefusedRequests, low(1)) == kRefusedRequests.end(), EPERM);
    case Verdict::kCheckPersona:
      return allow_if(low(0) == 0 || low(0) == 0x0040000 || low(0) == 0xFFFFFFFF, EPERM);
    case Verdict::kCheckFcntl:
      return allow_if(low(1) != 36 && low(1) != 1024 && low(1) != 1026, EPERM);
    case Verdict::kCheckOwnPid:
      if (low(0) != 0) return refuse(EPERM);
      return low(1) == RLIMIT_CORE && call.args[2] != 0 ? kNoEffect : SECCOMP_RET_ALLOW;
    case Verdict::kCheckLimit:
      return low(0) == RLIMIT_CORE ? kNoEffect : SECCOMP_RET_ALLOW;
    case Verdict::kCheckAdvice:
      return allow_if(low(2) != 12, EPERM);
    case Verdict::kCheckControl:
      return allow_if(low(0) != 67, EPERM);
    case Verdict::kCheckOption:
      if (low(1) == IPPROTO_UDP) return allow_if(low(2) != 1, EPERM);
      return allow_if(low(1) != SOL_SOCKET || (low(2) != 26 && (low(2) < 50 || low(2) > 52)),
                      EPERM);
    case Verdict::kCheckOther:
      return allow_if(low(0) != 1, EPERM);
    case Verdict::kCheckPriority:
      return allow_if(low(0) != PRIO_USER && low(1) != 1, EPERM);
  }
  return SECCOMP_RET_KILL_PROCESS;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const auto program =
      leash::sandbox::make_seccomp_program(leash::sandbox::syscall_policy());
  std::array<unsigned char, 2 * sizeof(std::uint32_t) + sizeof(Args)> bytes{};
  std::memcpy(bytes.data(), data, std::min(size, bytes.size()));
  Call call;
  std::memcpy(&call.number, bytes.data(), sizeof call.number);
  std::memcpy(&call.arch, bytes.data() + 4, sizeof call.arch);
  std::memcpy(call.args.data(), bytes.data() + 8, sizeof call.args);
  const auto check = [](const Call& one) {
    require(leash::sandbox::interpret(program, one.arch, one.number, one.args) == expected(one),
            "the program does what the policy says");
  };
  check(call);
  // Nearly every input is of a foreign architecture or of an unknown number: also as our own.
  call.arch = AUDIT_ARCH_X86_64;
  check(call);
  call.number %= 512;
  check(call);
  for (std::uint64_t& arg : call.args) arg |= std::uint64_t{0xFFFF} << 40;
  check(call);
  return 0;
}
