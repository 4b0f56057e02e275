#include "cli/config/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/config/address.h"

namespace leash::cli {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "json", "xml.dom": what `import` takes.
bool is_module_name(std::string_view name) {
  bool at_start = true;
  for (const char c : name) {
    const bool begins = is_letter(c) || c == '_';
    if (c == '.' ? at_start : !begins && (at_start || !is_digit(c))) return false;
    at_start = c == '.';
  }
  return !at_start;
}

/// As in a Host header: "leash.example", "leash.example:8443".
bool is_host_header(std::string_view text) {
  return is_host(text) || parse_address(text).has_value();
}

/// As a browser sends it: "https://leash.example:8443", or "null" for pages that are nobody's.
bool is_origin(std::string_view text) {
  if (text == "null") return true;
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0 || !is_letter(text.front())) return false;
  const auto is_scheme_char = [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  };
  const std::string_view scheme = text.substr(0, end);
  return std::all_of(scheme.begin(), scheme.end(), is_scheme_char) &&
         is_host_header(text.substr(end + 3));
}

/// Separate names, of which some may have been given as "json,re".
std::vector<std::string> separate(const std::vector<std::string>& texts) {
  std::vector<std::string> names;
  for (const std::string& text : texts) {
    for (std::string& name : split_list(text)) names.push_back(std::move(name));
  }
  return names;
}

class Check {
 public:
  Check(Settings& settings, const Origins& origins) : settings_(settings), origins_(origins) {}

  base::Result<void> state_dir() {
    if (settings_.state_dir.empty()) {
      return wrong("state_dir",
                   "no state_dir: give --state-dir (neither HOME nor XDG_STATE_HOME set)");
    }
    return make_absolute("state_dir", settings_.state_dir);
  }

  base::Result<void> flow_modules() {
    for (std::string& folder : settings_.flow_modules) {
      if (auto made = make_absolute("flow_modules", folder); !made) return made;
    }
    return {};
  }

  base::Result<void> names() {
    settings_.python_preload = separate(settings_.python_preload);
    const auto first_bad = [](const std::vector<std::string>& texts,
                              bool (*is_good)(std::string_view)) {
      return std::find_if_not(texts.begin(), texts.end(), is_good);
    };
    if (const auto bad = first_bad(settings_.python_preload, is_module_name);
        bad != settings_.python_preload.end()) {
      return wrong(
          "python_preload",
          fmt::format("python_preload must hold names of modules, such as json, not '{}'", *bad));
    }
    if (const auto bad = first_bad(settings_.allowed_hosts, is_host_header);
        bad != settings_.allowed_hosts.end()) {
      return wrong("allowed_hosts", fmt::format("allowed_hosts must hold names, such as "
                                                "leash.example or leash.example:8443, not '{}'",
                                                *bad));
    }
    if (const auto bad = first_bad(settings_.allowed_origins, is_origin);
        bad != settings_.allowed_origins.end()) {
      return wrong("allowed_origins",
                   fmt::format("allowed_origins must hold origins, such as https://leash.example "
                               "or http://localhost:8080, with nothing behind them, not '{}'",
                               *bad));
    }
    return {};
  }

  base::Result<void> listen() {
    if (settings_.listen.empty()) return wrong("listen", "listen must name at least one address");
    for (std::string& text : settings_.listen) {
      auto address = parse_address(text);
      if (!address) return wrong("listen", address.error().detail);
      if (settings_.no_auth && !address->is_local()) {
        return wrong("no_auth",
                     fmt::format("no_auth needs every address to be loopback or a unix socket, "
                                 "and '{}' is not",
                                 text));
      }
      if (address->is_unix()) {
        if (auto made = make_absolute("listen", address->path); !made) return made;
      }
      text = address->text();
      if (const auto again = parse_address(text); !again)
        return wrong("listen", again.error().detail);
    }
    return {};
  }

 private:
  base::Error wrong(std::string_view key, std::string detail) const {
    return base::plain_error("read", origins_.at(key), std::move(detail));
  }

  base::Result<void> make_absolute(std::string_view key, std::string& path) const {
    std::error_code failed;
    path = std::filesystem::absolute(path, failed).lexically_normal();
    if (failed) return wrong(key, failed.message());
    return {};
  }

  Settings& settings_;
  const Origins& origins_;
};

}  // namespace

base::Result<void> check_whole(Settings& settings, const Origins& origins) {
  Check check(settings, origins);
  if (auto done = check.state_dir(); !done) return done;
  if (auto done = check.flow_modules(); !done) return done;
  if (auto done = check.names(); !done) return done;
  return check.listen();
}

}  // namespace leash::cli
