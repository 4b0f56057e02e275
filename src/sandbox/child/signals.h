#pragma once

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kernel's sigset by raw calls

#include <cstdint>

#include "sandbox/child/raw.h"

namespace leash::sandbox {

using KernelSigset = std::uint64_t;

/// Whatever is done with signals in the process that this one was made by: everything back to
/// default.
inline void reset_signals() {
  struct {
    void* handler;
    unsigned long flags;
    void* restorer;
    KernelSigset mask;
  } const action{};
  for (int number = 1; number <= 64; ++number) {
    raw::call(SYS_rt_sigaction, number, raw::address(&action), 0, sizeof(KernelSigset));
  }
}

inline void set_mask(KernelSigset mask) {
  raw::call(SYS_rt_sigprocmask, SIG_SETMASK, raw::address(&mask), 0, sizeof mask);
}

}  // namespace leash::sandbox
