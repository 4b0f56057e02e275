// The seccomp program, interpreted, against the policy it was made from, for any call:
// architecture, number and arguments, of which only the low halves may matter.
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/socket.h>

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
    case Verdict::kCheckDomain:
      return allow_if(low(0) == AF_UNIX || low(0) == AF_INET || low(0) == AF_INET6, EAFNOSUPPORT);
    case Verdict::kCheckClone:
      return allow_if((low(0) & 0x7E020080U) == 0, EPERM);
    case Verdict::kCheckIoctl:
      return allow_if(low(1) != 0x5412 && low(1) != 0x541C && low(1) != 0x5423 && low(1) != 0x541D,
                      EPERM);
    case Verdict::kCheckPersona:
      return allow_if(low(0) == 0 || low(0) == 0x0040000 || low(0) == 0xFFFFFFFF, EPERM);
    case Verdict::kCheckOwnPid:
      return allow_if(low(0) == 0, EPERM);
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
