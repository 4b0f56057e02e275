#include "protocol/channel.h"

namespace leash::protocol {

std::optional<Kind> Incoming::kind() const {
  if (bytes.size() < sizeof(Kind)) return std::nullopt;
  Kind kind{};
  std::memcpy(&kind, bytes.data(), sizeof kind);
  return kind;
}

base::Result<Incoming> receive(int socket) {
  // Hello is the largest message; everything else is far smaller.
  alignas(8) std::array<std::byte, sizeof(Hello)> buffer;
  auto received = sys::receive_message(socket, buffer);
  if (!received) return received.error();
  Incoming incoming{.fds = std::move(received->fds),
                    .fds_lost = received->fds_lost,
                    .closed = received->size == 0};
  incoming.bytes.assign(buffer.begin(),
                        buffer.begin() + static_cast<std::ptrdiff_t>(received->size));
  return incoming;
}

}  // namespace leash::protocol
