// The small texts of a request: target, query, Host, Accept, Last-Event-ID, X-Request-ID, base64.
#include "base/ascii.h"
#include "fuzz/check.h"
#include "http/access_log.h"
#include "http/guard.h"
#include "http/json_text.h"
#include "http/query.h"
#include "http/request_id.h"
#include "http/target.h"

namespace {

using leash::fuzz::require;

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
}

void check_target(std::string_view text) {
  const auto target = leash::http::parse_target(text);
  if (!target) return;
  require(text.starts_with(target->path) && target->path.starts_with('/'), "the path as sent");
  require(!target->segments.empty(), "there is a segment");
  std::string again;
  for (const std::string& segment : target->segments) {
    require(segment.find('\0') == std::string::npos, "no NUL comes out of an escape");
    again += '/';
    append_escaped(again, segment);
  }
  char separator = '?';
  for (const auto& [name, value] : target->query) {
    require(name.find('\0') == std::string::npos && value.find('\0') == std::string::npos, "NUL");
    again += separator;
    append_escaped(again, name);
    again += '=';
    append_escaped(again, value);
    separator = '&';
  }
  const auto read = leash::http::parse_target(again);
  require(read && read->segments == target->segments && read->query == target->query,
          "every byte escaped means the same");
  static_cast<void>(leash::http::bool_parameter(*target, "async"));
  if (const auto number = leash::http::number_parameter(*target, "limit", 5, 100)) {
    require(*number <= 100, "a number is within its bound");
  }
  static_cast<void>(leash::http::last_event_id("", *target));
}

/// Whoever may be asked for by this Host has one of the names of this server, to the letter.
void check_host(std::string_view text) {
  static const leash::http::Guard guard({.allowed_hosts = {"leash.example", "other.example:81"},
                                         .allowed_origins = {},
                                         .no_auth = false,
                                         .authenticate = nullptr});
  const leash::http::LocalAddress local{.is_unix = false, .ip = "10.0.0.1", .port = 3002};
  if (!guard.allows_host(text, local)) return;
  const auto is = [&](std::string_view name) { return leash::base::iequals(text, name); };
  for (const std::string_view name :
       {"localhost", "127.0.0.1", "[127.0.0.1]", "[localhost]", "[::1]", "10.0.0.1", "[10.0.0.1]",
        "leash.example", "[leash.example]"}) {
    std::string_view port = text.substr(std::min(name.size(), text.size()));
    if (!is(std::string(name).append(port))) continue;
    if (name == "leash.example" && port.empty()) return;
    require(port.starts_with(':'), "behind the name there is a port");
    port.remove_prefix(1);
    while (port.starts_with('0')) port.remove_prefix(1);
    require(port == "3002", "and it is the listener's");
    return;
  }
  require(text.size() >= 13 && leash::base::iequals(text.substr(0, 13), "other.example") &&
              text.ends_with("81"),
          "the name is on the list");
}

void check_texts(std::string_view text) {
  for (const char c : leash::http::escape_for_log(text)) require(c > 0x20 && c < 0x7f, "printable");
  const std::string id = leash::http::request_id(text);
  require(!id.empty() && id.size() <= 128, "an id is short");
  for (const char c : id) require(c > 0x20 && c < 0x7f, "an id is one word");
  static_cast<void>(leash::http::accepted_stream(text));
  static_cast<void>(leash::http::is_json_type(text));
  if (const auto number = leash::http::last_event_id(text, {})) {
    const auto read = leash::http::parse_number(text);
    require(text.empty() || (read && *read == *number), "an id is a number");
  }
  if (const auto bytes = leash::http::decode_base64(text)) {
    std::string again;
    leash::http::append_base64(again, *bytes);
    require(again == text, "base64 has one way to write it");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = leash::fuzz::text_of(data, size);
  check_target(text);
  check_host(text);
  check_texts(text);
  return 0;
}
