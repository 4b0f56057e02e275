#pragma once

#include "protocol/messages.h"
#include "sandbox/child/command.h"
#include "sandbox/spec.h"

/// A runtime that cannot be forked is executed ahead of its job, as the only program of a finished
/// slot, without a right, and waits. In the slot's init; raw system calls only.
///
/// What is said to it, on a stream socket that is its descriptor kJobFd: it writes one byte when it
/// is ready, then reads to the end: a decimal number and so many arguments of the step's command,
/// then the variables ("NAME=value"), each of these texts ended by a zero byte. It writes a second
/// byte, closes the descriptor, takes the arguments and the environment as its own, and becomes the
/// program. If it ends without that second byte, the program was not begun, and is executed.
namespace leash::sandbox {

inline constexpr int kJobFd = 3;

/// A process that was started ahead.
struct Prestarted {
  int pid = -1;
  int socket = -1;
};

/// Executes it and waits until it says that it is ready. Fails the slot if it does not get there.
[[nodiscard]] Prestarted start_ahead(const PrestartEntry& entry);

/// Returns when there is something on the control socket, or when the runtime has ended, which the
/// spawner is then told: it does not use the slot, unless it has claimed it already.
void wait_for_job(const Prestarted& prestarted);

/// The waiting process becomes the program of this job. False if it cannot stand in for it, or has
/// gone: then nothing is left of it, and the command is to be executed.
[[nodiscard]] bool hand_job_over(const ChildPlan& plan, const Prestarted& prestarted,
                                 const protocol::InitOrder& order, const ExecCommand& command);

}  // namespace leash::sandbox
