#include "http/json_read.h"

#include <cmath>
#include <limits>

namespace leash::http {

namespace json = boost::json;
using service::Problem;
using service::ProblemCode;

Problem wrong_type(std::string field, std::string_view expected) {
  return {.code = ProblemCode::kInvalidShape,
          .detail = fmt::format("{} must be {}", field.empty() ? "the body" : field, expected),
          .field = std::move(field)};
}

Problem unknown_field(std::string field) {
  return {.code = ProblemCode::kUnknownField,
          .detail = "this field is not known",
          .field = std::move(field)};
}

Problem bad_value(std::string field, std::string detail) {
  return {
      .code = ProblemCode::kInvalidValue, .detail = std::move(detail), .field = std::move(field)};
}

Verdict read(const json::value& value, std::string field, std::string& out) {
  const auto* text = value.if_string();
  if (text == nullptr) return wrong_type(std::move(field), "a string");
  out = view(*text);
  return std::nullopt;
}

Verdict read(const json::value& value, std::string field, bool& out) {
  const auto* flag = value.if_bool();
  if (flag == nullptr) return wrong_type(std::move(field), "true or false");
  out = *flag;
  return std::nullopt;
}

Verdict read(const json::value& value, std::string field, std::uint64_t& out) {
  if (const auto* number = value.if_uint64()) {
    out = *number;
  } else if (const auto* integer = value.if_int64()) {
    if (*integer < 0) return bad_value(std::move(field), "it must not be negative");
    out = static_cast<std::uint64_t>(*integer);
  } else if (const auto* real = value.if_double(); real != nullptr && std::trunc(*real) == *real) {
    // For JSON Schema 1.0 is an integer. What no 64 bits hold is above every maximum as well.
    constexpr double kTooLarge = 18446744073709551616.0;
    if (*real < 0) return bad_value(std::move(field), "it must not be negative");
    out = *real < kTooLarge ? static_cast<std::uint64_t>(*real)
                            : std::numeric_limits<std::uint64_t>::max();
  } else {
    return wrong_type(std::move(field), "a whole number");
  }
  return std::nullopt;
}

}  // namespace leash::http
