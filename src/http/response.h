#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/problem.h"

namespace leash::http {

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kProblemType = "application/problem+json";
inline constexpr std::string_view kSseType = "text/event-stream";
inline constexpr std::string_view kNdjsonType = "application/x-ndjson";

/// Nothing that is not the playground may be used as a page.
inline constexpr std::string_view kApiPolicy = "default-src 'none'";

/// An answer that is known as a whole. A plain value.
struct Response {
  int status = 200;
  std::string_view content_type = kJsonType;  ///< Of static storage.
  std::string body;
  std::string_view shared_body;  ///< Sent instead of `body` if not empty; of static storage.
  std::vector<std::pair<std::string_view, std::string>> headers;  ///< Names of static storage.
  std::string_view content_security_policy = kApiPolicy;
  std::string_view cache_control = "no-store";
  bool close = false;  ///< The connection ends after it.

  [[nodiscard]] std::string_view payload() const {
    return shared_body.empty() ? std::string_view(body) : shared_body;
  }
};

/// The answer to a request that was refused.
[[nodiscard]] Response problem_response(const service::Problem& problem);

/// What of the head depends on the request and the connection.
struct HeadContext {
  std::string_view request_id;
  std::string_view allow_origin;  ///< Empty: no CORS headers.
  bool keep_alive = true;
  enum class Body { kSized, kChunked, kUntilClose } body = Body::kSized;
};

/// Appends status line, headers and the empty line. Every response passes through here, so none
/// lacks the protective headers or X-Request-ID. Loop only (it keeps the Date of this second).
void append_head(std::string& out, const Response& response, const HeadContext& context);

}  // namespace leash::http
