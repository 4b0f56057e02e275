#include "http/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <tuple>

#include "base/ascii.h"
#include "http/response.h"

namespace leash::http {
namespace {

service::Problem bad_parameter(std::string_view name, std::string detail) {
  return {.code = service::ProblemCode::kInvalidValue,
          .detail = std::move(detail),
          .field = std::string(name)};
}

/// Takes what stands before the next `separator` away, without the blanks around it.
std::string_view cut(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  auto piece = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  const auto first = piece.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return piece.substr(first, piece.find_last_not_of(" \t") - first + 1);
}

/// The parameter `q` in thousandths: 1000 without it, and where it is malformed.
int quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = cut(parameters, ';');
    if (parameter.size() < 3 || !base::iequals(parameter.substr(0, 2), "q=")) continue;
    const auto value = parameter.substr(2);
    const auto digits = value.substr(std::min<std::size_t>(value.size(), 2));
    const bool is_good = (value[0] == '0' || value[0] == '1') && digits.size() <= 3 &&
                         (value.size() == 1 || value[1] == '.') &&
                         digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_good || value[0] == '1') return 1000;
    int quality = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      quality = quality * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    }
    return quality;
  }
  return 1000;
}

/// A type that the answer can have, and what the ranges of Accept say of it.
struct Offer {
  std::string_view type;
  std::optional<EventFormat> format;
  int quality = 0;
  std::size_t place = std::string_view::npos;  ///< Of the range that names it.
  std::size_t matched = 0;                     ///< How much of it the best range spells out.

  void weigh(std::string_view range, std::size_t at) {
    const auto name = cut(range, ';');
    const bool named = base::iequals(name, type);
    const auto group = type.substr(0, type.find('/') + 1);
    const bool of_group = name.size() == group.size() + 1 && name.back() == '*' &&
                          base::iequals(name.substr(0, group.size()), group);
    const std::size_t spelled = named ? type.size() : of_group ? group.size() : 1;
    if ((!named && !of_group && name != "*/*") || spelled <= matched) return;
    matched = spelled;
    quality = quality_of(range);
    if (named && quality > 0) place = at;
  }
};

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
  return bad_parameter("last_event_id", "Last-Event-ID must be a number");
}

std::optional<EventFormat> accepted_stream(std::string_view accept) {
  std::array<Offer, 3> offers{{{.type = kJsonType, .format = std::nullopt},
                               {.type = kSseType, .format = EventFormat::kSse},
                               {.type = kNdjsonType, .format = EventFormat::kNdjson}}};
  for (std::size_t place = 0; !accept.empty(); ++place) {
    const auto range = cut(accept, ',');
    for (Offer& offer : offers) offer.weigh(range, place);
  }
  const Offer* best = &offers.front();
  for (const Offer& offer : offers) {
    if (std::tie(best->quality, offer.place) < std::tie(offer.quality, best->place)) best = &offer;
  }
  return best->format;
}

}  // namespace leash::http
