#include "service/problem.h"

#include <array>

namespace leash::service {
namespace {

struct Entry {
  ProblemCode code;
  int status;
  std::string_view name;
  std::string_view title;
};

constexpr std::array<Entry, 19> kEntries = {{
    {ProblemCode::kInvalidJson, 400, "invalid_json", "The body is not valid JSON"},
    {ProblemCode::kInvalidShape, 400, "invalid_shape", "The body does not have the right shape"},
    {ProblemCode::kBadRequest, 400, "bad_request", "The request is malformed"},
    {ProblemCode::kUnauthorized, 401, "unauthorized", "A valid token is needed"},
    {ProblemCode::kForbidden, 403, "forbidden", "This is not allowed"},
    {ProblemCode::kNotFound, 404, "not_found", "There is no such thing"},
    {ProblemCode::kMethodNotAllowed, 405, "method_not_allowed", "This method is not allowed here"},
    {ProblemCode::kConflict, 409, "conflict", "The run is in another state"},
    {ProblemCode::kTooLarge, 413, "too_large", "Something in the request is too large"},
    {ProblemCode::kUnsupportedMedia, 415, "unsupported_media", "This media type is not supported"},
    {ProblemCode::kUnknownField, 422, "unknown_field", "A field is not known"},
    {ProblemCode::kInvalidValue, 422, "invalid_value", "A value is not valid"},
    {ProblemCode::kUnknownLanguage, 422, "unknown_language", "The language is not offered"},
    {ProblemCode::kLimitTooHigh, 422, "limit_too_high", "A limit is above its maximum"},
    {ProblemCode::kUpgradeRequired, 426, "upgrade_required", "This is a WebSocket"},
    {ProblemCode::kTooMany, 429, "too_many", "Too many runs at once"},
    {ProblemCode::kHeadersTooLarge, 431, "headers_too_large", "The headers are too large"},
    {ProblemCode::kInternal, 500, "internal", "The server failed"},
    {ProblemCode::kUnavailable, 503, "unavailable", "The server takes no runs now"},
}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    if (static_cast<std::size_t>(kEntries[i].code) != i) return false;
  }
  return true;
}
static_assert(is_in_order(), "the table is indexed by the code");

const Entry& entry(ProblemCode code) {
  return kEntries.at(static_cast<std::size_t>(code));
}

}  // namespace

std::string_view to_string(ProblemCode code) {
  return entry(code).name;
}
int http_status(ProblemCode code) {
  return entry(code).status;
}
std::string_view title(ProblemCode code) {
  return entry(code).title;
}

}  // namespace leash::service
