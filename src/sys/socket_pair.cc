#include "sys/socket_pair.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace leash::sys {

base::Result<std::pair<UniqueFd, UniqueFd>> make_socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return base::system_error("socketpair");
  }
  return std::pair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

base::Result<void> send_message(int socket, std::span<const std::byte> bytes,
                                std::span<const int> fds) {
  if (fds.size() > kMaxFdsPerMessage) {
    return base::plain_error("sendmsg", "", "too many descriptors for one message");
  }
  iovec piece{.iov_base = const_cast<std::byte*>(bytes.data()),  // NOLINT: the kernel's signature
              .iov_len = bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxFdsPerMessage * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
  }
  while (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return base::system_error("sendmsg");
  }
  return {};
}

base::Result<ReceivedMessage> receive_message(int socket, std::span<std::byte> buffer) {
  iovec piece{.iov_base = buffer.data(), .iov_len = buffer.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxFdsPerMessage * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t size = 0;
  while ((size = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0) {
    if (errno != EINTR) return base::system_error("recvmsg");
  }
  ReceivedMessage received{.size = static_cast<std::size_t>(size)};
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      received.fds.emplace_back(fd);
    }
  }
  if ((message.msg_flags & MSG_TRUNC) != 0) {
    return base::plain_error("recvmsg", "", "message larger than agreed");
  }
  if ((message.msg_flags & MSG_CTRUNC) != 0) {
    received.fds.clear();
    received.fds_lost = true;
  }
  return received;
}

}  // namespace leash::sys
