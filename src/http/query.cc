#include "http/query.h"

#include <fmt/format.h>

#include <charconv>
#include <string>

#include "base/ascii.h"
#include "http/response.h"

namespace leash::http {
namespace {

service::Problem bad_parameter(std::string_view name, std::string detail) {
  return {.code = service::ProblemCode::kInvalidValue,
          .detail = std::move(detail),
          .field = std::string(name)};
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

service::Checked<bool> bool_parameter(const Target& target, std::string_view name) {
  const auto text = target.parameter(name);
  if (!text || *text == "false" || *text == "0") return false;
  if (text->empty() || *text == "true" || *text == "1") return true;
  return bad_parameter(name, "it must be true or false");
}

service::Checked<std::uint64_t> number_parameter(const Target& target, std::string_view name,
                                                 std::uint64_t otherwise, std::uint64_t most) {
  const auto text = target.parameter(name);
  if (!text) return otherwise;
  const auto number = parse_number(*text);
  if (!number || *number > most) {
    return bad_parameter(name, fmt::format("it must be a whole number up to {}", most));
  }
  return *number;
}

service::Checked<std::uint64_t> last_event_id(std::string_view header, const Target& target) {
  const auto parameter = target.parameter("last_event_id");
  const std::string_view text = header.empty() ? parameter.value_or("") : header;
  if (text.empty()) return std::uint64_t{0};
  if (const auto seq = parse_number(text)) return *seq;
  return service::Problem{.code = service::ProblemCode::kBadRequest,
                          .detail = "Last-Event-ID must be a number",
                          .field = "last_event_id"};
}

std::optional<EventFormat> accepted_stream(std::string_view accept) {
  while (!accept.empty()) {
    const auto comma = accept.find(',');
    auto type = accept.substr(0, comma);
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.front() == ' ') type.remove_prefix(1);
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    if (base::iequals(type, kSseType)) return EventFormat::kSse;
    if (base::iequals(type, kNdjsonType)) return EventFormat::kNdjson;
    if (base::iequals(type, kJsonType)) return std::nullopt;
    if (comma == std::string_view::npos) break;
    accept.remove_prefix(comma + 1);
  }
  return std::nullopt;
}

}  // namespace leash::http
