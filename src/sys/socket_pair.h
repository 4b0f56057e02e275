#pragma once

#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sys/fd.h"

namespace leash::sys {

/// Two connected unix sockets that keep message boundaries (SOCK_SEQPACKET), close-on-exec.
[[nodiscard]] base::Result<std::pair<UniqueFd, UniqueFd>> make_socket_pair();

/// The most descriptors one message carries here (the kernel's own bound is 253).
inline constexpr std::size_t kMaxFdsPerMessage = 32;

/// Sends one message with descriptors. EAGAIN of a non-blocking socket is an Error with that errno.
[[nodiscard]] base::Result<void> send_message(int socket, std::span<const std::byte> bytes,
                                              std::span<const int> fds = {});

struct ReceivedMessage {
  std::size_t size = 0;  ///< Bytes written to the buffer; 0 = the other end is closed.
  std::vector<UniqueFd> fds;
  /// There were more descriptors than kMaxFdsPerMessage, or than this process had room for: all are
  /// closed, `fds` is empty.
  bool fds_lost = false;
};

/// Takes one message. One longer than `buffer` is an error (and its descriptors are closed). EAGAIN
/// is an Error with that errno.
[[nodiscard]] base::Result<ReceivedMessage> receive_message(int socket,
                                                            std::span<std::byte> buffer);

}  // namespace leash::sys
