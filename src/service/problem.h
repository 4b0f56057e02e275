#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace leash::service {

/// Why a request was refused: the closed list of `code` in the API's problem documents.
enum class ProblemCode : std::uint8_t {
  kInvalidJson,       ///< 400
  kInvalidShape,      ///< 400: wrong type, not an object, a required field is missing
  kBadRequest,        ///< 400: malformed path, query or header
  kUnauthorized,      ///< 401
  kForbidden,         ///< 403: Host, Origin, scope
  kNotFound,          ///< 404
  kMethodNotAllowed,  ///< 405
  kConflict,          ///< 409
  kTooLarge,          ///< 413
  kUnsupportedMedia,  ///< 415
  kUnknownField,      ///< 422
  kInvalidValue,      ///< 422
  kUnknownLanguage,   ///< 422
  kLimitTooHigh,      ///< 422
  kUpgradeRequired,   ///< 426: the path is a WebSocket
  kTooMany,           ///< 429: queue or cap full
  kHeadersTooLarge,   ///< 431
  kInternal,          ///< 500
  kUnavailable,       ///< 503: draining, or the sandbox is not complete
};

/// A refusal: nothing was started.
struct Problem {
  ProblemCode code = ProblemCode::kInternal;
  std::string detail;  ///< For a person; names no path and no errno text of the host.
  std::string field;   ///< The field of the request at fault, e.g. "limits.wall_ms"; may be empty.
  int retry_after_s = 0;
};

[[nodiscard]] std::string_view to_string(ProblemCode code);  ///< "invalid_json", …
[[nodiscard]] int http_status(ProblemCode code);
[[nodiscard]] std::string_view title(ProblemCode code);

}  // namespace leash::service
