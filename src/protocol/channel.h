#pragma once

#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/messages.h"
#include "sys/socket_pair.h"

namespace leash::protocol {

/// Sends one message with its descriptors, which stay the caller's.
template <typename Message>
[[nodiscard]] base::Result<void> send(int socket, const Message& message,
                                      std::span<const int> fds = {}) {
  return sys::send_message(socket, std::as_bytes(std::span(&message, 1)), fds);
}

/// A message as it was received, not yet looked at.
struct Incoming {
  std::vector<std::byte> bytes;
  std::vector<sys::UniqueFd> fds;
  bool closed = false;    ///< The other side has gone; there is no message.
  bool fds_lost = false;  ///< This process had no room for its descriptors; `fds` is empty.

  /// The kind it claims to be; none if it is too short to have one.
  [[nodiscard]] std::optional<Kind> kind() const;

  /// The message, if its size is exactly that of the type.
  template <typename Message>
  [[nodiscard]] std::optional<Message> as() const {
    if (bytes.size() != sizeof(Message)) return std::nullopt;
    Message message;
    std::memcpy(&message, bytes.data(), sizeof message);
    return message;
  }
};

/// Receives one message. Would-block is an Error with EAGAIN.
[[nodiscard]] base::Result<Incoming> receive(int socket);

/// Whether a send or receive may succeed once the socket is ready: it would block, or the kernel is
/// short of memory.
[[nodiscard]] bool is_momentary(const base::Error& error);

/// Copies text into a fixed field, cut to fit and always terminated.
template <std::size_t N>
void set_text(std::array<char, N>& field, std::string_view text) {
  field.fill('\0');
  std::memcpy(field.data(), text.data(), std::min(text.size(), N - 1));
}

/// The text of a fixed field; never reads past its end.
template <std::size_t N>
[[nodiscard]] std::string get_text(const std::array<char, N>& field) {
  return {field.data(), ::strnlen(field.data(), N)};
}

}  // namespace leash::protocol
