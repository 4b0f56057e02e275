#include "http/guard.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.h"
#include "service/tokens/token_list.h"

namespace leash::http {
namespace {

using base::iequals;
namespace bhttp = boost::beast::http;
using service::Problem;
using service::ProblemCode;

std::string_view value_of(const Fields& fields, bhttp::field name) {
  const auto found = fields.find(name);
  if (found == fields.end()) return {};
  return {found->value().data(), found->value().size()};
}

std::string_view value_of(const Fields& fields, std::string_view name) {
  const auto found = fields.find(boost::beast::string_view(name.data(), name.size()));
  if (found == fields.end()) return {};
  return {found->value().data(), found->value().size()};
}

struct HostAndPort {
  std::string_view host;  ///< An IPv6 address without its brackets.
  std::optional<std::uint16_t> port;
};

std::optional<HostAndPort> split_host(std::string_view text) {
  HostAndPort result;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    result.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (result.host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) {
      return std::nullopt;
    }
  } else {
    const auto colon = text.find(':');
    result.host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
  }
  if (result.host.empty()) return std::nullopt;
  if (rest.empty()) return result;
  if (rest.front() != ':') return std::nullopt;
  rest.remove_prefix(1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  if (rest.empty() || error != std::errc() || end != rest.data() + rest.size()) return std::nullopt;
  result.port = port;
  return result;
}

Problem forbidden(std::string detail) {
  return {.code = ProblemCode::kForbidden, .detail = std::move(detail)};
}

bool may_use(service::Scope scope, Access access) {
  switch (scope) {
    case service::Scope::kAdmin:
      return true;
    case service::Scope::kRun:
      return access == Access::kToken || access == Access::kTokenOrTicket;
    case service::Scope::kMetrics:
      return access == Access::kFigures;
  }
  return false;
}

}  // namespace

Guard::Guard(Options options) : options_(std::move(options)) {}

bool Guard::allows_host(std::string_view host, const LocalAddress& local) const {
  const auto asked = split_host(host);
  if (!asked) return false;
  // The port a browser leaves out is 80; a unix socket has none that could be wrong.
  const bool own_port = local.is_unix || asked->port.value_or(80) == local.port;
  const bool own_name = iequals(asked->host, "localhost") || asked->host == "127.0.0.1" ||
                        asked->host == "::1" || (!local.ip.empty() && asked->host == local.ip);
  if (own_name && own_port) return true;
  return std::any_of(options_.allowed_hosts.begin(), options_.allowed_hosts.end(),
                     [&](const std::string& entry) {
                       const auto listed = split_host(entry);
                       if (!listed || !iequals(listed->host, asked->host)) return false;
                       if (listed->port) return listed->port == asked->port;
                       return !asked->port || own_port;
                     });
}

bool Guard::is_listed_origin(std::string_view origin) const {
  return std::any_of(options_.allowed_origins.begin(), options_.allowed_origins.end(),
                     [&](const std::string& listed) { return iequals(listed, origin); });
}

std::string_view Guard::cors_origin(const Fields& fields) const {
  const auto origin = value_of(fields, bhttp::field::origin);
  return !origin.empty() && is_listed_origin(origin) ? origin : std::string_view();
}

std::optional<Problem> Guard::check_source(const Fields& fields, Access access,
                                           const LocalAddress& local) const {
  const auto host = value_of(fields, bhttp::field::host);
  if (access != Access::kProbe && !allows_host(host, local)) {
    return forbidden("this Host is not on the list of allowed_hosts");
  }
  bool listed_origin = false;
  const auto origins = fields.count(bhttp::field::origin);
  if (origins > 1) return forbidden("more than one Origin");
  if (origins == 1) {
    const auto origin = value_of(fields, bhttp::field::origin);
    listed_origin = is_listed_origin(origin);
    const auto scheme_end = origin.find("://");
    const auto scheme = origin.substr(0, scheme_end);
    const bool same = scheme_end != std::string_view::npos &&
                      (iequals(scheme, "http") || iequals(scheme, "https")) &&
                      iequals(origin.substr(scheme_end + 3), host) && allows_host(host, local);
    if (!listed_origin && !same) return forbidden("this Origin is not on the list");
  }
  if (iequals(value_of(fields, "Sec-Fetch-Site"), "cross-site") && !listed_origin) {
    // A link to the page from elsewhere is fine: it is opened, not used.
    const bool opens_page = access == Access::kOpen &&
                            iequals(value_of(fields, "Sec-Fetch-Mode"), "navigate") &&
                            iequals(value_of(fields, "Sec-Fetch-Dest"), "document");
    if (!opens_page) return forbidden("a request from another site");
  }
  return std::nullopt;
}

service::Checked<service::Tenant> Guard::check_token(const Fields& fields, Access access) const {
  if (!needs_token(access) || options_.no_auth) return service::Tenant{};
  // One text for every reason, so that an answer tells nothing about the tokens there are.
  const Problem refused{.code = ProblemCode::kUnauthorized,
                        .detail = "send one header: Authorization: Bearer <token>"};
  if (fields.count(bhttp::field::authorization) != 1) return refused;
  const auto value = value_of(fields, bhttp::field::authorization);
  constexpr std::string_view kScheme = "Bearer ";
  if (value.size() <= kScheme.size() || !iequals(value.substr(0, kScheme.size()), kScheme)) {
    return refused;
  }
  if (!options_.authenticate) return refused;
  auto tenant = options_.authenticate(value.substr(kScheme.size()));
  if (!tenant) return refused;
  if (!may_use(tenant->scope, access)) {
    return forbidden(fmt::format("this token has scope {}, which is not for this path",
                                 service::to_string(tenant->scope)));
  }
  return std::move(*tenant);
}

Guard::Authenticator single_token(std::string token) {
  return [token = std::move(token)](std::string_view given) -> std::optional<service::Tenant> {
    if (token.empty() || !equal_secrets(token, given)) return std::nullopt;
    return service::Tenant{};
  };
}

bool equal_secrets(std::string_view expected, std::string_view given) {
  const auto one = service::hash_token(expected);
  const auto other = service::hash_token(given);
  return ::CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

bool is_json_type(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return iequals(type, "application/json");
}

}  // namespace leash::http
