#include "sandbox/child/loopback.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "sandbox/child/raw.h"

namespace leash::sandbox {

long bring_loopback_up() {
  const long socket = raw::call(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return socket;
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const long result = raw::call(SYS_ioctl, socket, SIOCSIFFLAGS, raw::address(&request));
  raw::close(static_cast<int>(socket));
  return result;
}

}  // namespace leash::sandbox
