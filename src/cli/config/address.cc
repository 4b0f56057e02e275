#include "cli/config/address.h"

#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "cli/text/units.h"

namespace leash::cli {
namespace {

base::Error bad(std::string_view text, std::string_view why) {
  return base::plain_error("read", std::string(text), fmt::format("'{}' {}", text, why));
}

bool is_label_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool is_ip(std::string_view text) {
  boost::system::error_code failed;
  static_cast<void>(boost::asio::ip::make_address(text, failed));
  return !failed;
}

}  // namespace

bool is_host(std::string_view text) {
  constexpr std::size_t kLongestName = 253;
  constexpr std::size_t kLongestLabel = 63;
  if (text.starts_with('[')) return text.ends_with(']') && is_ip(text.substr(1, text.size() - 2));
  if (text.empty() || text.size() > kLongestName) return false;
  std::string_view label;
  for (std::size_t begin = 0; begin <= text.size(); begin += label.size() + 1) {
    label = text.substr(begin, text.find('.', begin) - begin);
    if (label.empty() || label.size() > kLongestLabel ||
        !std::all_of(label.begin(), label.end(), is_label_char)) {
      return false;
    }
  }
  // A name whose last part is a number could only be an address (RFC 1123).
  const bool is_number =
      std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; });
  return !is_number || is_ip(text);
}

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
  if (!host.starts_with('[') && host.find(':') != std::string_view::npos) {
    return bad(text, is_ip(host) ? "must have brackets around an IPv6 address: [::1]:3002"
                                 : "must be ADDRESS:PORT or unix:PATH");
  }
  if (!is_host(host)) {
    return bad(text,
               host == "*" ? "names no host: all addresses are 0.0.0.0 or [::]" : "names no host");
  }
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const auto port = parse_count(text.substr(colon + 1));
  if (!port || *port > 65535) return bad(text, "has no port from 0 to 65535");
  address.host = host;
  address.port = static_cast<std::uint16_t>(*port);
  return address;
}

}  // namespace leash::cli
