#include "protocol/channel.h"

#include <cerrno>

namespace leash::protocol {

std::optional<Kind> Incoming::kind() const {
  if (bytes.size() < sizeof(Kind)) return std::nullopt;
  Kind kind{};
  std::memcpy(&kind, bytes.data(), sizeof kind);
  return kind;
}

bool is_momentary(const base::Error& error) {
  return error.number == EAGAIN || error.number == ENOBUFS || error.number == ENOMEM;
}

base::Result<Incoming> receive(int socket) {
  // Hello is the largest message; everything else is far smaller.
  alignas(8) std::array<std::byte, sizeof(Hello)> buffer;
  auto received = sys::receive_message(socket, buffer);
  if (!received) return received.error();
  Incoming incoming{.fds = std::move(received->fds),
                    .closed = received->size == 0,
                    .fds_lost = received->fds_lost};
  incoming.bytes.assign(buffer.begin(),
                        buffer.begin() + static_cast<std::ptrdiff_t>(received->size));
  return incoming;
}

}  // namespace leash::protocol
