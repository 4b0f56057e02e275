#include "http/target.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url_view.hpp>

namespace leash::http {
namespace {

namespace urls = boost::urls;

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  if (text.find_first_of(plus_is_space ? "%+" : "%") == std::string_view::npos) {
    return std::string(text);
  }
  const auto checked = urls::make_pct_string_view({text.data(), text.size()});
  if (!checked) return std::nullopt;
  urls::encoding_opts options;
  options.space_as_plus = plus_is_space;
  std::string plain;
  checked->decode(options, urls::string_token::assign_to(plain));
  return plain;
}

/// A NUL goes no further: what holds one stays as it was sent, which is no id and no route.
std::optional<std::string> decode_segment(std::string_view text) {
  auto plain = decode(text, false);
  if (plain && plain->find('\0') != std::string::npos) return std::string(text);
  return plain;
}

std::optional<std::string> decode_parameter(std::string_view text) {
  auto plain = decode(text, true);
  if (plain && plain->find('\0') != std::string::npos) return std::nullopt;
  return plain;
}

/// Browsers send in a query what RFC 3986 has escaped: [ ] | " and others.
bool is_query(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

}  // namespace

std::optional<std::string_view> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<Target> parse_target(std::string_view text) {
  const auto mark = text.find('?');
  std::string_view path = text.substr(0, mark);
  std::string_view query = mark == std::string_view::npos ? "" : text.substr(mark + 1);
  if (!urls::parse_origin_form({path.data(), path.size()}) || !is_query(query)) return std::nullopt;
  Target target;
  target.path = path;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    auto segment = decode_segment(path.substr(0, slash));
    if (!segment) return std::nullopt;
    target.segments.push_back(std::move(*segment));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    auto key = decode_parameter(pair.substr(0, equals));
    auto value = decode_parameter(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!key || !value) return std::nullopt;
    if (!pair.empty()) target.query.emplace_back(std::move(*key), std::move(*value));
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return target;
}

}  // namespace leash::http
