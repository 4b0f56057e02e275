#include "http/response.h"

#include <fmt/format.h>

#include <boost/beast/http/status.hpp>
#include <ctime>
#include <iterator>

#include "http/json_text.h"

namespace leash::http {
namespace {

/// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second.
std::string_view http_date() {
  thread_local std::time_t made_at = -1;
  thread_local char text[64] = {};
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    made_at = now;
  }
  return {text, size};
}

}  // namespace

Response problem_response(const service::Problem& problem) {
  Response response;
  response.status = service::http_status(problem.code);
  response.content_type = kProblemType;
  const auto code = service::to_string(problem.code);
  auto& out = response.body;
  out += R"({"type":"urn:leash:problem:)";
  out += code;
  out += R"(","title":)";
  append_json_string(out, service::title(problem.code));
  fmt::format_to(std::back_inserter(out), R"(,"status":{},"detail":)", response.status);
  append_json_string_lossy(out, problem.detail);
  fmt::format_to(std::back_inserter(out), R"(,"code":"{}","field":)", code);
  if (problem.field.empty()) {
    out += "null";
  } else {
    append_json_string_lossy(out, problem.field);
  }
  out += "}";
  if (problem.retry_after_s > 0) {
    response.headers.emplace_back("Retry-After", std::to_string(problem.retry_after_s));
  }
  if (response.status == 426) {
    response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Connection", "upgrade");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
  }
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

void append_head(std::string& out, const Response& response, const HeadContext& context) {
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  auto to = std::back_inserter(out);
  fmt::format_to(to, "HTTP/1.1 {} {}\r\nDate: {}\r\nX-Request-ID: {}\r\n", response.status,
                 std::string_view(reason.data(), reason.size()), http_date(), context.request_id);
  const bool has_body = response.status != 204 && response.status != 304;
  if (has_body) {
    fmt::format_to(to, "Content-Type: {}\r\n", response.content_type);
    if (context.body == HeadContext::Body::kChunked) {
      out += "Transfer-Encoding: chunked\r\n";
    } else if (context.body == HeadContext::Body::kSized) {
      fmt::format_to(to, "Content-Length: {}\r\n", response.payload().size());
    }
  }
  fmt::format_to(to,
                 "Cache-Control: {}\r\nContent-Security-Policy: {}\r\n"
                 "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
                 "Cross-Origin-Resource-Policy: same-origin\r\n",
                 response.cache_control, response.content_security_policy);
  if (!context.allow_origin.empty()) {
    fmt::format_to(to,
                   "Access-Control-Allow-Origin: {}\r\nVary: Origin\r\n"
                   "Access-Control-Expose-Headers: X-Request-ID, Location, Retry-After\r\n",
                   context.allow_origin);
  }
  for (const auto& [name, value] : response.headers) fmt::format_to(to, "{}: {}\r\n", name, value);
  out += context.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
}

}  // namespace leash::http
