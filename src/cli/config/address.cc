#include "cli/config/address.h"

#include <fmt/format.h>
#include <sys/un.h>

#include <boost/asio/ip/address.hpp>

#include "cli/text/units.h"

namespace leash::cli {
namespace {

base::Error bad(std::string_view text, std::string_view why) {
  return base::plain_error("read", std::string(text), fmt::format("'{}' {}", text, why));
}

}  // namespace

bool Address::is_local() const {
  if (is_unix() || host == "localhost") return true;
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(host, failed);
  return !failed && address.is_loopback();
}

std::string Address::text() const {
  if (is_unix()) return "unix:" + path;
  const bool brackets = host.find(':') != std::string::npos;
  return brackets ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

base::Result<Address> parse_address(std::string_view text) {
  Address address;
  if (text.starts_with("unix:")) {
    address.path = text.substr(5);
    if (address.path.empty()) return bad(text, "names no path");
    if (address.path.size() >= sizeof(sockaddr_un::sun_path)) {
      return bad(text, "is too long for a unix socket (107 bytes)");
    }
    return address;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return bad(text, "must be ADDRESS:PORT or unix:PATH");
  }
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return bad(text, "must have brackets around an IPv6 address: [::1]:3002");
  }
  if (host.empty() || host.find_first_of(" /@[]") != std::string_view::npos) {
    return bad(text, "names no host");
  }
  const auto port = parse_count(text.substr(colon + 1));
  if (!port || *port > 65535) return bad(text, "has no port from 0 to 65535");
  address.host = host;
  address.port = static_cast<std::uint16_t>(*port);
  return address;
}

}  // namespace leash::cli
