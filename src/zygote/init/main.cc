// leash-init: the first process of a slot whose program was forked from a zygote, once the slot is
// set up. It has no C library, whose start takes longer than the rest of a small program's life
// (see docs/decisions/0019). Its arguments: sandbox/child/warm.h.

#include <charconv>
#include <cstring>

#include "sandbox/child/channel.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/rights.h"
#include "sandbox/child/setup.h"
#include "sandbox/child/signals.h"
#include "sandbox/child/warm_child.h"

namespace {

using namespace leash::sandbox;

/// A number that this program was given; ends it if there is none.
int number_of(const char* text) {
  int value = -1;
  const auto [end, failed] = std::from_chars(text, text + std::strlen(text), value);
  if (failed != std::errc() || *end != '\0' || value < 0) raw::exit(2);
  return value;
}

}  // namespace

/// With what the kernel has put on the stack: the number of arguments, these, and the environment.
extern "C" [[noreturn, gnu::used]] void leash_init(const long* stack) {
  constexpr long kArguments = 3;
  if (stack[0] != kArguments) raw::exit(2);
  const auto* arguments = reinterpret_cast<const char* const*>(stack + 1);
  reset_signals();
  // Which the exec has undone; the run's processes have the same uid.
  if (const long hidden = hide_from_others({}); hidden < 0) {
    fail(kControlFd, SetupStep::kIdentity, hidden);
  }
  serve_warm_child({.pid = number_of(arguments[1]), .socket = number_of(arguments[2])});
}

asm(R"(
  .globl _start
_start:
  xor %ebp, %ebp
  mov %rsp, %rdi
  and $-16, %rsp
  call leash_init
)");
