#pragma once

#include "base/units.h"

namespace leash::http {

/// When a client that says nothing, not even FIN, counts as lost: its machine lost its power, or
/// the network between drops every packet.
///
/// Theory of operation. TCP's own keepalive makes a living peer's kernel acknowledge something at
/// least once in each quiet time. It cannot be left to judge, too: where TCP_USER_TIMEOUT is set,
/// which bounds bytes on their way, the kernel counts unanswered probes by that much longer time
/// (tcp(7)), and while bytes are on their way it sends no probes. So the kernel probes, and
/// end_if_lost() asks it when it last heard an acknowledgement.
struct SilentLoss {
  /// A connection that was quiet for so long is probed, in whole seconds, at least one; three
  /// probes without an answer, a third of this apart, and it is lost.
  base::Millis quiet{15'000};
  /// A client that has no room, and whose kernel does not say that it still has none, may be silent
  /// for so long. More than a slow reader is granted, which is alive.
  base::Millis unacknowledged{60'000};

  /// A living client's kernel is heard of at least once in so long.
  [[nodiscard]] base::Millis patience() const;
};

/// Sets what the kernel is to do; accepted sockets inherit it. Each option only improves the
/// service: a kernel that lacks one still serves.
void probe_when_quiet(int socket, const SilentLoss& silent);

/// Shuts a TCP socket down if its client is lost, so that whoever polls it is told of a hangup.
/// Nothing for any other socket.
void end_if_lost(int socket, base::Millis patience);

}  // namespace leash::http
