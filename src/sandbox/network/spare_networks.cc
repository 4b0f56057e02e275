#include "sandbox/network/spare_networks.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <utility>

#include "sandbox/child/loopback.h"
#include "sys/file.h"

namespace leash::sandbox {
namespace {

// Counters of interfaces and protocols, multicast groups, flow labels, names of unix sockets.
constexpr const char* kFiles[] = {"dev",  "snmp",  "snmp6",         "netstat",
                                  "igmp", "igmp6", "ip6_flowlabel", "unix"};
constexpr const char* kFolder = "/proc/thread-self/net/";

}  // namespace

std::string read_network_state() {
  std::string state;
  for (const char* name : kFiles) {
    const auto text = sys::read_file(std::string(kFolder) + name);
    // A kernel may be without IPv6 or multicast.
    if (!text && text.error().number != ENOENT) return {};
    state.append(name).append("\n").append(text ? *text : "");
  }
  // Its first line counts the namespace's sockets of all kinds, the others the machine's.
  const auto sockets = sys::read_file(std::string(kFolder) + "sockstat");
  if (!sockets) return {};
  return state.append(*sockets, 0, sockets->find('\n'));
}

SpareNetworks::SpareNetworks(std::size_t most)
    : most_(most), home_(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
  if (!home_.is_open()) return;
  std::thread([this] {
    if (::unshare(CLONE_NEWNET) == 0 && bring_loopback_up() == 0) new_state_ = read_network_state();
  }).join();
}

sys::UniqueFd SpareNetworks::take() {
  const std::scoped_lock lock(mutex_);
  if (spare_.empty()) return {};
  sys::UniqueFd network = std::move(spare_.back());
  spare_.pop_back();
  return network;
}

void SpareNetworks::keep(sys::UniqueFd network) {
  if (!network.is_open()) return;
  {
    const std::scoped_lock lock(mutex_);
    if (new_state_.empty() || spare_.size() >= most_) return;
  }
  if (!is_as_new(network.get())) return;
  const std::scoped_lock lock(mutex_);
  spare_.push_back(std::move(network));
}

bool SpareNetworks::is_as_new(int network) {
  if (::setns(network, CLONE_NEWNET) != 0) return false;
  const std::string state = read_network_state();
  const bool back = ::setns(home_.get(), CLONE_NEWNET) == 0;
  const std::scoped_lock lock(mutex_);
  if (!back) new_state_.clear();  // this thread would hold it: no more of them
  return back && state == new_state_;
}

}  // namespace leash::sandbox
