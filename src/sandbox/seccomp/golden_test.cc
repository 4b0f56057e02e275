// The filter's answer to every call, as a table that is read by people and by the test that makes
// the same calls of a real kernel (tests/corpus/test_syscalls.py). A line is
//   ABI NUMBERS NAME ANSWER
// where ABI is native, x32 (number | 0x40000000) or int80 (the 32-bit one), NUMBERS is one or
// FIRST-LAST, and ANSWER is allow, nothing (it returns 0), an errno, kill, or how it follows from
// the low 32 bits of an argument: argI&MASK:ANSWER:ELSE, or argI and then VALUE:ANSWER,
// FIRST-LAST:ANSWER for all values, where an ANSWER that depends on one more argument is in
// brackets.

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "sandbox/seccomp/program.h"

namespace leash::sandbox {
namespace {

using Args = std::array<std::uint64_t, 6>;
constexpr std::uint32_t kX32Bit = 0x40000000;
constexpr std::uint32_t kListed = 1024;  // far beyond the last call that there is
constexpr std::size_t kArgs = 3;         // so many does a rule look at; see the test of that

class Golden {
 public:
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const SyscallRule& rule : syscall_policy()) {
      unlisted("native", rule.number, text);
      text += line("native", std::to_string(rule.number), rule.name, rule.number);
      next_ = rule.number + 1;
    }
    unlisted("native", kListed, text);
    text += line("x32", "0-" + std::to_string(kListed - 1), "-", kX32Bit);
    text += line("int80", "0-" + std::to_string(kListed - 1), "-", 0, AUDIT_ARCH_I386);
    return text;
  }

  [[nodiscard]] std::uint32_t ask(std::uint32_t arch, std::uint32_t number, Args args) const {
    return interpret(program_, arch, number, args);
  }

 private:
  /// The numbers below `end` that no rule has named.
  void unlisted(const char* abi, std::uint32_t end, std::string& text) const {
    if (next_ >= end) return;
    text += line(abi, range(next_, end - 1), "-", next_);
    next_ = end;
  }

  [[nodiscard]] std::string line(const char* abi, const std::string& numbers, std::string_view name,
                                 std::uint32_t number,
                                 std::uint32_t arch = AUDIT_ARCH_X86_64) const {
    std::ostringstream out;
    const bool constant = is_constant(arch, number);
    out << abi << ' ' << numbers << ' ' << name << ' '
        << (constant ? answer(ask(arch, number, {})) : describe(arch, number, {}, 0)) << '\n';
    return out.str();
  }

  /// Most are, and need no description.
  [[nodiscard]] bool is_constant(std::uint32_t arch, std::uint32_t number) const {
    const std::vector<std::uint64_t> values(values_.begin(), values_.end());
    std::mt19937 random(number);
    for (int i = 0; i < 2000; ++i) {
      Args args{};
      for (std::uint64_t& arg : args) arg = values[random() % values.size()];
      if (ask(arch, number, args) != ask(arch, number, {})) return false;
    }
    return true;
  }

  static std::string range(std::uint64_t first, std::uint64_t last) {
    return std::to_string(first) + (first == last ? "" : "-" + std::to_string(last));
  }

  static std::string answer(std::uint32_t verdict) {
    if (verdict == SECCOMP_RET_ALLOW) return "allow";
    if (verdict == SECCOMP_RET_KILL_PROCESS) return "kill";
    const int error = static_cast<int>(verdict & SECCOMP_RET_DATA);
    return error == 0 ? "nothing" : ::strerrorname_np(error);
  }

  /// With `args` as they are up to `first`, and all values of those that follow.
  [[nodiscard]] std::string describe(std::uint32_t arch, std::uint32_t number, Args args,
                                     std::size_t first) const {
    const auto with = [&](std::size_t index, std::uint64_t value) {
      Args changed = args;
      changed.at(index) = value;
      return changed;
    };
    for (std::size_t index = first; index < kArgs; ++index) {
      std::set<std::string> answers;
      for (const std::uint64_t value : values_) {
        answers.insert(describe(arch, number, with(index, value), index + 1));
      }
      if (answers.size() == 1) continue;
      const auto of = [&](std::uint64_t value) {
        return describe(arch, number, with(index, value), index + 1);
      };
      const std::string masked = as_mask(of);
      return "arg" + std::to_string(index) + (masked.empty() ? as_ranges(of) : masked);
    }
    return answer(ask(arch, number, args));
  }

  static std::string bracketed(const std::string& answer) {
    return answer.starts_with("arg") ? '(' + answer + ')' : answer;
  }

  /// "&0x80:EPERM:allow" if the answer follows from a few bits; else nothing.
  template <typename Of>
  [[nodiscard]] std::string as_mask(const Of& of) const {
    const std::string otherwise = of(0);
    std::string answer;
    std::uint32_t mask = 0;
    for (std::uint32_t bit = 1; bit != 0; bit <<= 1U) {
      if (of(bit) == otherwise) continue;
      answer = of(bit);
      mask |= bit;
    }
    for (const std::uint64_t value : values_) {
      if (of(value) != ((value & mask) != 0 ? answer : otherwise)) return {};
    }
    std::ostringstream text;
    text << "&0x" << std::hex << mask << ':' << bracketed(answer) << ':' << bracketed(otherwise);
    return text.str();
  }

  template <typename Of>
  [[nodiscard]] std::string as_ranges(const Of& of) const {
    std::string text;
    std::uint64_t first = 0;
    for (auto value = values_.begin(); value != values_.end(); ++value) {
      const auto after = std::next(value);
      if (after != values_.end() && of(*after) == of(*value)) continue;
      const std::uint64_t end = after == values_.end() ? 0xFFFFFFFF : *after - 1;
      text += ' ' + range(first, end) + ':' + bracketed(of(*value));
      first = end + 1;
    }
    return text;
  }

  /// Where an answer may change: at each constant that an argument is compared with, and after it.
  static std::set<std::uint64_t> interesting(std::span<const sock_filter> program) {
    std::set<std::uint64_t> values{0, 1, 0xFFFFFFFF};
    for (const sock_filter& op : program) {
      if (BPF_CLASS(op.code) != BPF_JMP || BPF_OP(op.code) != BPF_JEQ) continue;
      values.insert(op.k);
      if (op.k < 0xFFFFFFFF) values.insert(op.k + 1);
    }
    return values;
  }

  const std::vector<sock_filter> program_ = make_seccomp_program(syscall_policy());
  const std::set<std::uint64_t> values_ = interesting(program_);
  mutable std::uint32_t next_ = 0;
};

constexpr const char* kPath = LEASH_SOURCE_DIR "/src/sandbox/seccomp/golden.txt";

std::string read(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SeccompGolden, EveryCallGetsTheAnswerOfTheTable) {
  const std::string now = Golden().text();
  if (std::getenv("LEASH_UPDATE_GOLDEN") != nullptr) std::ofstream(kPath) << now;
  std::istringstream expected(read(kPath));
  std::istringstream actual(now);
  std::string wanted;
  std::string line;
  while (std::getline(actual, line)) {
    ASSERT_TRUE(std::getline(expected, wanted)) << "not in golden.txt: " << line;
    EXPECT_EQ(line, wanted) << "if this is right, write it anew: LEASH_UPDATE_GOLDEN=1";
  }
  EXPECT_FALSE(std::getline(expected, wanted)) << "in golden.txt only: " << wanted;
}

TEST(SeccompGolden, NumbersBeyondTheTableAreAnsweredAlike) {
  const Golden golden;
  constexpr std::uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint32_t number = kListed + random() % (0xFFFFFFFF - kListed);
    EXPECT_EQ(golden.ask(AUDIT_ARCH_X86_64, number, {}), kEnosys) << number;
    EXPECT_EQ(golden.ask(AUDIT_ARCH_I386, number, {}), SECCOMP_RET_KILL_PROCESS) << number;
  }
}

TEST(SeccompGolden, NoRuleLooksAtMoreArgumentsThanAreDescribed) {
  for (const sock_filter& op : make_seccomp_program(syscall_policy())) {
    if (BPF_CLASS(op.code) != BPF_LD) continue;
    EXPECT_LT(op.k, offsetof(seccomp_data, args) + kArgs * sizeof(std::uint64_t));
  }
}

TEST(SeccompGolden, HighHalvesOfArgumentsCountForNothing) {
  const Golden golden;
  std::mt19937_64 random(1);
  for (std::uint32_t number = 0; number < kListed; ++number) {
    for (int i = 0; i < 200; ++i) {
      Args low{};
      Args high{};
      for (std::size_t k = 0; k < low.size(); ++k) {
        // But of a pointer, which is null only if both halves are.
        const bool pointer = number == SYS_prlimit64 && k >= 2;
        low.at(k) = i % 2 == 0 ? random() % 64 : random() & 0xFFFFFFFF;
        high.at(k) = low.at(k) | (pointer ? 0 : random() << 32U);
      }
      ASSERT_EQ(golden.ask(AUDIT_ARCH_X86_64, number, low),
                golden.ask(AUDIT_ARCH_X86_64, number, high))
          << number;
    }
  }
}

}  // namespace
}  // namespace leash::sandbox
