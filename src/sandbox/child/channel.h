#pragma once

#include <cstddef>

#include "protocol/messages.h"
#include "protocol/setup_step.h"

/// What the processes inside a slot, and the zygotes they are forked from, send and receive: one
/// message a call, descriptors beside it. Raw system calls only; protocol/channel.h is for all
/// other processes.
namespace leash::sandbox {

/// One message, with a descriptor unless that is -1. Returns a negative errno.
long send_with_fd(int socket, const void* bytes, std::size_t size, int fd);

/// The next message, which must have exactly this size, with at most kMaxReceivedFds descriptors
/// (close-on-exec). Sets `count` to how many came. False at the end of the socket, and for anything
/// else.
inline constexpr std::size_t kMaxReceivedFds = 32;
[[nodiscard]] bool receive_with_fds(int socket, void* bytes, std::size_t size, int* fds,
                                    std::size_t& count);

/// The next order and the descriptor with it (-1: none). False when the other side has gone.
[[nodiscard]] bool receive_order(int socket, protocol::InitOrder& order, int& fd);

void send_report(int socket, const protocol::InitReport& report, int fd = -1);

/// Reports that this step failed (`error` is a negative errno).
void report_failure(int socket, protocol::SetupStep step, long error);
/// The same, and ends this process.
[[noreturn]] void fail(int socket, protocol::SetupStep step, long error);

}  // namespace leash::sandbox
