#include "cli/client/server_address.h"

#include <fmt/format.h>

#include <charconv>

#include "cli/config/state_dir.h"

namespace leash::cli {
namespace {

constexpr std::string_view kTokenMark = "#token=";

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned value = 0;
    const char* const begin = text.data() + i + 1;
    if (text.size() - i < 3 || std::from_chars(begin, begin + 2, value, 16).ptr != begin + 2) {
      return std::nullopt;
    }
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

base::Result<ServerAddress> parse_server(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    return base::plain_error("read the server's address", std::string(text), std::string(why));
  };
  ServerAddress server;
  std::string_view rest = text;
  if (const std::size_t mark = rest.find(kTokenMark); mark != std::string_view::npos) {
    const auto token = percent_decode(rest.substr(mark + kTokenMark.size()));
    if (!token || !is_token(*token)) return bad("its token is broken");
    server.token = *token;
    rest = rest.substr(0, mark);
  }
  if (rest.starts_with("https://")) return bad("https is not supported, only http");
  if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find('/') != std::string_view::npos) return bad("a path is not supported");
    if (rest.find(':') == std::string_view::npos || rest.ends_with(']')) {
      return parse_server(
          fmt::format("http://{}:80{}", rest, text.substr(text.find(rest) + rest.size())));
    }
  }
  auto address = parse_address(rest);
  if (!address) return bad("must be http://HOST:PORT, HOST:PORT or unix:PATH");
  if (!address->is_unix() && address->port == 0) return bad("has no port");
  server.address = *std::move(address);
  return server;
}

base::Result<ServerAddress> find_server(const std::string& option, const std::string& state_dir,
                                        const Environment& environment) {
  const std::string* url = find_variable(environment, "LEASH_URL");
  const std::string default_address = Settings().listen.front();
  auto server = parse_server(!option.empty() ? option : url != nullptr ? *url : default_address);
  if (!server || !server->token.empty()) return server;
  if (const std::string* token = find_variable(environment, "LEASH_TOKEN")) {
    if (!is_token(*token)) {
      return base::plain_error("read", "LEASH_TOKEN", "must be visible ASCII without blanks");
    }
    server->token = *token;
  } else if (server->address.is_local()) {
    server->token = find_token_file(state_dir).value_or("");
  }
  return server;
}

}  // namespace leash::cli
