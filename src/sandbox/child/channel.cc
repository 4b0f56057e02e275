#include "sandbox/child/channel.h"

#include <sys/socket.h>

#include <cstring>

#include "sandbox/child/raw.h"

namespace leash::sandbox {

using protocol::InitReport;
using raw::address;

long send_with_fd(int socket, const void* bytes, std::size_t size, int fd) {
  iovec piece{.iov_base = const_cast<void*>(bytes), .iov_len = size};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  return raw::call(SYS_sendmsg, socket, address(&message), MSG_NOSIGNAL);
}

bool receive_with_fds(int socket, void* bytes, std::size_t size, int* fds, std::size_t& count) {
  iovec piece{.iov_base = bytes, .iov_len = size};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxReceivedFds)] = {};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  long got = 0;
  do {
    got = raw::call(SYS_recvmsg, socket, address(&message), MSG_CMSG_CLOEXEC);
  } while (got == -EINTR);
  count = 0;
  if (got != static_cast<long>(size) || (message.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0) {
    return false;
  }
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::memcpy(fds, CMSG_DATA(header), count * sizeof(int));
  }
  return true;
}

bool receive_order(int socket, protocol::InitOrder& order, int& fd) {
  int fds[kMaxReceivedFds];
  std::size_t count = 0;
  fd = -1;
  if (!receive_with_fds(socket, &order, sizeof order, fds, count)) return false;
  if (count > 0) fd = fds[0];
  return true;
}

void send_report(int socket, const InitReport& report, int fd) {
  // The kernel may be short of memory for a moment. Beyond that there is nobody to tell: the other
  // side sees the slot's end.
  constexpr int kTries = 3;
  for (int i = 0; i < kTries; ++i) {
    if (send_with_fd(socket, &report, sizeof report, fd) >= 0) return;
  }
  raw::exit(1);
}

void report_failure(int socket, protocol::SetupStep step, long error) {
  send_report(socket, {.report = protocol::Report::kFailed,
                       .step = static_cast<std::uint32_t>(step),
                       .error = static_cast<int>(-error)});
}

void fail(int socket, protocol::SetupStep step, long error) {
  report_failure(socket, step, error);
  raw::exit(1);
}

}  // namespace leash::sandbox
