#include "sandbox/seccomp/program.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <map>

namespace leash::sandbox {
namespace {

using Program = std::vector<sock_filter>;

constexpr std::uint32_t kX32Bit = 0x40000000;
constexpr std::uint32_t kErrno = SECCOMP_RET_ERRNO;
constexpr std::uint32_t kNoEffect = SECCOMP_RET_ERRNO;  // the call returns 0 and is not made

sock_filter statement(std::uint32_t code, std::uint32_t value) {
  return {.code = static_cast<std::uint16_t>(code), .jt = 0, .jf = 0, .k = value};
}

sock_filter jump(std::uint32_t code, std::uint32_t value, std::uint8_t if_true,
                 std::uint8_t if_false) {
  return {.code = static_cast<std::uint16_t>(BPF_JMP | code | BPF_K),
          .jt = if_true,
          .jf = if_false,
          .k = value};
}

sock_filter load(std::size_t offset) {
  return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

/// The low 32 bits of an argument (little endian).
sock_filter load_arg(std::size_t index) {
  return load(offsetof(seccomp_data, args) + index * sizeof(std::uint64_t));
}

/// The high 32 bits, where the kernel looks at all 64: of a pointer.
sock_filter load_high_arg(std::size_t index) {
  return load(offsetof(seccomp_data, args) + index * sizeof(std::uint64_t) + sizeof(std::uint32_t));
}

sock_filter ret(std::uint32_t action) {
  return statement(BPF_RET | BPF_K, action);
}

/// Allows the listed values of an argument; anything else gets `otherwise`.
Program allow_only(std::size_t arg, std::span<const std::uint32_t> values,
                   std::uint32_t otherwise) {
  Program program{load_arg(arg)};
  for (const std::uint32_t value : values) {
    program.push_back(jump(BPF_JEQ, value, 0, 1));
    program.push_back(ret(SECCOMP_RET_ALLOW));
  }
  program.push_back(ret(otherwise));
  return program;
}

/// Refuses the listed values of an argument with EPERM and allows anything else.
Program refuse_only(std::size_t arg, std::span<const std::uint32_t> values) {
  Program program{load_arg(arg)};
  for (const std::uint32_t value : values) {
    program.push_back(jump(BPF_JEQ, value, 0, 1));
    program.push_back(ret(kErrno | EPERM));
  }
  program.push_back(ret(SECCOMP_RET_ALLOW));
  return program;
}

Program body_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAllow:
      return {ret(SECCOMP_RET_ALLOW)};
    case Verdict::kDenyPerm:
      return {ret(kErrno | EPERM)};
    case Verdict::kDenyNoSys:
      return {ret(kErrno | ENOSYS)};
    case Verdict::kDenyNotSup:
      return {ret(kErrno | EOPNOTSUPP)};
    case Verdict::kNoEffect:
      return {ret(kNoEffect)};
    case Verdict::kCheckDomain: {
      Program program{load_arg(0), jump(BPF_JEQ, AF_UNIX, 0, 1), ret(SECCOMP_RET_ALLOW),
                      jump(BPF_JEQ, AF_INET, 2, 0), jump(BPF_JEQ, AF_INET6, 1, 0),
                      ret(kErrno | EAFNOSUPPORT), load_arg(1),
                      // Neither SOCK_STREAM, SOCK_DGRAM nor SOCK_RAW, which the kernel refuses.
                      jump(BPF_JSET, 0xC, 0, 1), ret(kErrno | ESOCKTNOSUPPORT)};
      static constexpr std::uint32_t kProtocols[] = {0, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP,
                                                     IPPROTO_ICMPV6};
      const Program protocols = allow_only(2, kProtocols, kErrno | EPROTONOSUPPORT);
      program.insert(program.end(), protocols.begin(), protocols.end());
      return program;
    }
    case Verdict::kCheckClone:
      return {load_arg(0), jump(BPF_JSET, kNamespaceFlags, 0, 1), ret(kErrno | EPERM),
              ret(SECCOMP_RET_ALLOW)};
    case Verdict::kCheckIoctl: {
      // TIOCSTI, TIOCLINUX, TIOCSETD, TIOCCONS; those that load the modules for bridges and VLANs:
      // SIOC[GS]IFBR, SIOC[GS]IFVLAN, SIOCBR{ADD,DEL}{BR,IF}
      static constexpr std::uint32_t kRequests[] = {0x5412, 0x541C, 0x5423, 0x541D, 0x8940, 0x8941,
                                                    0x8982, 0x8983, 0x89A0, 0x89A1, 0x89A2, 0x89A3};
      return refuse_only(1, kRequests);
    }
    case Verdict::kCheckPersona: {
      // PER_LINUX, ADDR_NO_RANDOMIZE, and the question what it is.
      static constexpr std::uint32_t kPersonas[] = {0, 0x0040000, 0xFFFFFFFF};
      return allow_only(0, kPersonas, kErrno | EPERM);
    }
    case Verdict::kCheckFcntl: {
      // F_OFD_GETLK, F_SETLEASE, F_NOTIFY
      static constexpr std::uint32_t kCommands[] = {36, 1024, 1026};
      return refuse_only(1, kCommands);
    }
    case Verdict::kCheckOwnPid:
      // A null pointer for the new limit is a question. It is null if both its halves are.
      return {load_arg(0),
              jump(BPF_JEQ, 0, 1, 0),
              ret(kErrno | EPERM),
              load_arg(1),
              jump(BPF_JEQ, RLIMIT_CORE, 1, 0),
              ret(SECCOMP_RET_ALLOW),
              load_arg(2),
              jump(BPF_JEQ, 0, 0, 3),
              load_high_arg(2),
              jump(BPF_JEQ, 0, 0, 1),
              ret(SECCOMP_RET_ALLOW),
              ret(kNoEffect)};
    case Verdict::kCheckLimit:
      return {load_arg(0), jump(BPF_JEQ, RLIMIT_CORE, 0, 1), ret(kNoEffect),
              ret(SECCOMP_RET_ALLOW)};
    case Verdict::kCheckAdvice: {
      static constexpr std::uint32_t kAdvice[] = {12};  // MADV_MERGEABLE
      return refuse_only(2, kAdvice);
    }
    case Verdict::kCheckControl: {
      static constexpr std::uint32_t kOptions[] = {67};  // PR_SET_MEMORY_MERGE
      return refuse_only(0, kOptions);
    }
    case Verdict::kCheckOption: {
      // SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF
      static constexpr std::uint32_t kFilters[] = {26, 50, 51, 52};
      static constexpr std::uint32_t kDatagrams[] = {1};  // UDP_CORK
      const Program filters = refuse_only(2, kFilters);
      Program program{load_arg(1),
                      jump(BPF_JEQ, SOL_SOCKET, 0, static_cast<std::uint8_t>(filters.size()))};
      program.insert(program.end(), filters.begin(), filters.end());
      const Program datagrams = refuse_only(2, kDatagrams);
      program.insert(program.end(), {jump(BPF_JEQ, IPPROTO_UDP, 1, 0), ret(SECCOMP_RET_ALLOW)});
      program.insert(program.end(), datagrams.begin(), datagrams.end());
      return program;
    }
    case Verdict::kCheckOther: {
      static constexpr std::uint32_t kInit[] = {1};
      return refuse_only(0, kInit);
    }
    case Verdict::kCheckPriority: {
      static constexpr std::uint32_t kWhich[] = {PRIO_USER};
      static constexpr std::uint32_t kInit[] = {1};
      Program program = refuse_only(0, kWhich);
      program.pop_back();
      const Program init = refuse_only(1, kInit);
      program.insert(program.end(), init.begin(), init.end());
      return program;
    }
  }
  return {ret(SECCOMP_RET_KILL_PROCESS)};
}

/// Numbers `first` and up, to the next range's, that share a verdict.
struct Range {
  std::uint32_t first;
  Verdict verdict;
};

std::vector<Range> ranges_of(std::span<const SyscallRule> policy) {
  std::map<std::uint32_t, Verdict> verdicts;
  for (const SyscallRule& rule : policy) verdicts[rule.number] = rule.verdict;
  std::vector<Range> ranges{{.first = 0, .verdict = Verdict::kDenyNoSys}};
  const auto begin_range = [&ranges](std::uint32_t first, Verdict verdict) {
    if (ranges.back().verdict == verdict) return;
    if (ranges.back().first == first) ranges.pop_back();
    if (ranges.empty() || ranges.back().verdict != verdict) ranges.push_back({first, verdict});
  };
  std::uint32_t next = 0;
  for (const auto& [number, verdict] : verdicts) {
    if (number != next) begin_range(next, Verdict::kDenyNoSys);
    begin_range(number, verdict);
    next = number + 1;
  }
  begin_range(next, Verdict::kDenyNoSys);
  return ranges;
}

/// A binary search over the ranges. A conditional jump reaches 255 instructions; where the left
/// half is longer, a long one (BPF_JA) leads past it.
Program search(std::span<const Range> ranges) {
  if (ranges.size() == 1) return body_of(ranges.front().verdict);
  const std::size_t middle = ranges.size() / 2;
  const Program left = search(ranges.first(middle));
  const Program right = search(ranges.subspan(middle));
  constexpr std::size_t kReach = 255;
  const std::uint32_t first = ranges[middle].first;
  Program program;
  if (left.size() <= kReach) {
    program.push_back(jump(BPF_JGE, first, static_cast<std::uint8_t>(left.size()), 0));
  } else {
    program.push_back(jump(BPF_JGE, first, 0, 1));
    program.push_back(statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(left.size())));
  }
  program.insert(program.end(), left.begin(), left.end());
  program.insert(program.end(), right.begin(), right.end());
  return program;
}

}  // namespace

std::vector<sock_filter> make_seccomp_program(std::span<const SyscallRule> policy) {
  Program program{load(offsetof(seccomp_data, arch)), jump(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0),
                  ret(SECCOMP_RET_KILL_PROCESS),      load(offsetof(seccomp_data, nr)),
                  jump(BPF_JGE, kX32Bit, 0, 1),       ret(kErrno | ENOSYS)};
  const Program tree = search(ranges_of(policy));
  program.insert(program.end(), tree.begin(), tree.end());
  return program;
}

std::uint32_t interpret(std::span<const sock_filter> program, std::uint32_t arch,
                        std::uint32_t number, std::span<const std::uint64_t, 6> args) {
  const auto word = [&](std::uint32_t offset) -> std::uint32_t {
    if (offset == offsetof(seccomp_data, nr)) return number;
    if (offset == offsetof(seccomp_data, arch)) return arch;
    const std::size_t byte = offset - offsetof(seccomp_data, args);
    const std::uint64_t value = args[byte / 8];
    return static_cast<std::uint32_t>(byte % 8 == 0 ? value : value >> 32);
  };
  std::uint32_t accumulator = 0;
  std::size_t pc = 0;
  while (true) {
    const sock_filter& op = program[pc++];
    const auto branch = [&](bool taken) { pc += taken ? op.jt : op.jf; };
    switch (op.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        accumulator = word(op.k);
        break;
      case BPF_JMP | BPF_JA:
        pc += op.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        branch(accumulator == op.k);
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        branch(accumulator >= op.k);
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        branch((accumulator & op.k) != 0);
        break;
      default:
        return op.k;  // BPF_RET | BPF_K is all that is left
    }
  }
}

}  // namespace leash::sandbox
