#include "http/target.h"

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
  if (plain.find('\0') != std::string::npos) return std::nullopt;
  return plain;
}

}  // namespace

std::optional<std::string_view> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<Target> parse_target(std::string_view text) {
  if (!urls::parse_origin_form({text.data(), text.size()})) return std::nullopt;
  Target target;
  const auto mark = text.find('?');
  std::string_view path = text.substr(0, mark);
  target.path = path;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    auto segment = decode(path.substr(0, slash), false);
    if (!segment) return std::nullopt;
    target.segments.push_back(std::move(*segment));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  std::string_view query = mark == std::string_view::npos ? "" : text.substr(mark + 1);
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    auto key = decode(pair.substr(0, equals), true);
    auto value = decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
    if (!key || !value) return std::nullopt;
    if (!pair.empty()) target.query.emplace_back(std::move(*key), std::move(*value));
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return target;
}

}  // namespace leash::http
