#include "sandbox/network/spare_networks.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/in6.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <functional>
#include <thread>

#include "sandbox/child/loopback.h"

namespace leash::sandbox {
namespace {

ino_t inode_of(const sys::UniqueFd& fd) {
  struct stat info {};
  EXPECT_EQ(::fstat(fd.get(), &info), 0);
  return info.st_ino;
}

/// A new namespace in which this was done, by a thread that has ended.
sys::UniqueFd network_after(const std::function<void()>& use) {
  sys::UniqueFd network;
  std::thread([&] {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    ASSERT_EQ(bring_loopback_up(), 0);
    use();
    network = sys::UniqueFd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  }).join();
  EXPECT_TRUE(network.is_open());
  return network;
}

sys::UniqueFd make_socket(int family, int type) {
  sys::UniqueFd fd(::socket(family, type | SOCK_CLOEXEC, 0));
  EXPECT_TRUE(fd.is_open());
  return fd;
}

sockaddr_in address(const char* host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  EXPECT_EQ(::inet_pton(AF_INET, host, &address.sin_addr), 1);
  return address;
}

int connect_to(const sys::UniqueFd& fd, const sockaddr_in& to) {
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

void listen_on(const sys::UniqueFd& fd, const sockaddr_in& at) {
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  ASSERT_EQ(::listen(fd.get(), 1), 0);
}

/// Whether it is given to the next one.
bool is_kept(SpareNetworks& networks, sys::UniqueFd network) {
  const ino_t inode = inode_of(network);
  networks.keep(std::move(network));
  const sys::UniqueFd next = networks.take();
  return next.is_open() && inode_of(next) == inode;
}

TEST(SpareNetworks, KeepsWhatNobodyHasUsed) {
  SpareNetworks networks;
  EXPECT_FALSE(networks.take().is_open());
  EXPECT_TRUE(is_kept(networks, network_after([] {})));
  EXPECT_FALSE(networks.take().is_open()) << "it was given twice";
}

TEST(SpareNetworks, KeepsWhereSocketsWereClosedUnused) {
  SpareNetworks networks;
  EXPECT_TRUE(is_kept(networks, network_after([] {
                        make_socket(AF_UNIX, SOCK_STREAM);
                        listen_on(make_socket(AF_INET, SOCK_STREAM), address("127.0.0.1", 4000));
                      })));
}

TEST(SpareNetworks, DoesNotKeepWhereASocketIsOpen) {
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK}) {
    SpareNetworks networks;
    sys::UniqueFd open;
    EXPECT_FALSE(is_kept(networks, network_after([&] { open = make_socket(family, SOCK_DGRAM); })))
        << family;
  }
}

TEST(SpareNetworks, DoesNotKeepWhereAPacketWasSent) {
  SpareNetworks networks;
  EXPECT_FALSE(is_kept(networks, network_after([] {
                         const sys::UniqueFd sender = make_socket(AF_INET, SOCK_DGRAM);
                         ASSERT_EQ(connect_to(sender, address("127.0.0.1", 9)), 0);
                         ASSERT_EQ(::send(sender.get(), "x", 1, 0), 1);
                       })));
}

TEST(SpareNetworks, DoesNotKeepWhereAConnectionWasMade) {
  SpareNetworks networks;
  EXPECT_FALSE(is_kept(networks, network_after([] {
                         const sockaddr_in at = address("127.0.0.1", 4000);
                         const sys::UniqueFd listener = make_socket(AF_INET, SOCK_STREAM);
                         listen_on(listener, at);
                         const sys::UniqueFd client = make_socket(AF_INET, SOCK_STREAM);
                         ASSERT_EQ(connect_to(client, at), 0);
                       })));
}

TEST(SpareNetworks, DoesNotKeepWhereSomethingWasOnlyCounted) {
  SpareNetworks networks;
  EXPECT_FALSE(is_kept(networks, network_after([] {
                         const sys::UniqueFd client = make_socket(AF_INET, SOCK_DGRAM);
                         ASSERT_NE(connect_to(client, address("192.0.2.1", 53)), 0);
                       })));
}

TEST(SpareNetworks, DoesNotKeepAFlowLabelThatLingers) {
  SpareNetworks networks;
  EXPECT_FALSE(is_kept(networks, network_after([] {
                         const sys::UniqueFd owner = make_socket(AF_INET6, SOCK_DGRAM);
                         in6_flowlabel_req request{};
                         request.flr_dst.s6_addr[15] = 1;
                         request.flr_label = htonl(0x12345);
                         request.flr_action = IPV6_FL_A_GET;
                         request.flr_share = IPV6_FL_S_ANY;
                         request.flr_flags = IPV6_FL_F_CREATE;
                         request.flr_linger = 6;
                         ASSERT_EQ(::setsockopt(owner.get(), IPPROTO_IPV6, IPV6_FLOWLABEL_MGR,
                                                &request, sizeof request),
                                   0)
                             << std::strerror(errno);
                       })));
}

TEST(SpareNetworks, KeepsNoMoreThanItMay) {
  SpareNetworks networks(2);
  for (int i = 0; i < 3; ++i) networks.keep(network_after([] {}));
  EXPECT_TRUE(networks.take().is_open());
  EXPECT_TRUE(networks.take().is_open());
  EXPECT_FALSE(networks.take().is_open());
}

TEST(SpareNetworks, LeavesTheCallerWhereItWas) {
  const auto here = [] {
    return inode_of(sys::UniqueFd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)));
  };
  const ino_t before = here();
  SpareNetworks networks;
  networks.keep(network_after([] {}));
  EXPECT_EQ(here(), before);
}

TEST(SpareNetworks, IgnoresWhatIsNoNetwork) {
  SpareNetworks networks;
  networks.keep(sys::UniqueFd());
  networks.keep(sys::UniqueFd(::open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC)));
  EXPECT_FALSE(networks.take().is_open());
}

}  // namespace
}  // namespace leash::sandbox
