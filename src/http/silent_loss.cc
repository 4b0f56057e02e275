#include "http/silent_loss.h"

// Not <netinet/tcp.h>: its tcp_info has no tcpi_notsent_bytes.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>

namespace leash::http {
namespace {

/// Unanswered ones, after which a client is lost.
constexpr int kProbes = 3;

int idle_seconds(const SilentLoss& silent) {
  return static_cast<int>(std::max<std::int64_t>(1, silent.quiet.count() / 1000));
}

int interval_seconds(const SilentLoss& silent) {
  return std::max(1, idle_seconds(silent) / kProbes);
}

void set_option(int socket, int level, int name, int value) {
  (void)::setsockopt(socket, level, name, &value, sizeof value);
}

}  // namespace

base::Millis SilentLoss::patience() const {
  return base::Millis(1000 * (idle_seconds(*this) + kProbes * interval_seconds(*this)));
}

void probe_when_quiet(int socket, const SilentLoss& silent) {
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, idle_seconds(silent));
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, interval_seconds(silent));
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT,
             static_cast<int>(silent.unacknowledged.count()));
}

void end_if_lost(int socket, base::Millis patience) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return;
  // Bytes wait and none is on its way: the client has no room. It is asked ever more rarely whether
  // it has some, so its silence says little.
  if (info.tcpi_unacked == 0 && info.tcpi_notsent_bytes > 0) return;
  if (info.tcpi_last_ack_recv > patience.count()) ::shutdown(socket, SHUT_RDWR);
}

}  // namespace leash::http
