#include "http/compat/flow/flow_answer.h"

#include <fmt/format.h>

#include <ctime>
#include <iterator>
#include <random>

#include "http/compat/flow/flow_outcome.h"
#include "http/json_text.h"

namespace leash::http {
namespace {

void append_end(std::string& out, base::Millis took, base::WallTime now) {
  fmt::format_to(std::back_inserter(out),
                 R"(,"timing":{{"executionTime":{0},"totalTime":{0}}},"timestamp":"{1}")",
                 took.count(), flow_timestamp(now));
}

}  // namespace

std::string flow_timestamp(base::WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  char text[40] = {};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  const long offset = parts.tm_gmtoff / 60;
  if (offset == 0) return std::string(text) + "Z";
  const long minutes = offset < 0 ? -offset : offset;
  return fmt::format("{}{}{:02}:{:02}", text, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

Response flow_success(std::string_view result, base::Millis took, base::WallTime now) {
  std::random_device random;
  Response response;
  response.body.reserve(result.size() + 256);
  response.body += R"({"success":true,"result":)";
  response.body += result;
  append_end(response.body, took, now);
  fmt::format_to(std::back_inserter(response.body), R"(,"executionId":"{:08x}{:08x}"}})", random(),
                 random());
  return response;
}

Response flow_failure(const FlowError& error, base::Millis took, base::WallTime now, int status) {
  Response response;
  response.status = status;
  std::string& out = response.body;
  out += R"({"success":false,"error":{"type":)";
  append_json_string_lossy(out, error.type);
  out += R"(,"message":)";
  append_json_string_lossy(out, error.message);
  if (!error.stack.empty()) {
    out += R"(,"stack":)";
    append_json_string_lossy(out, error.stack);
  }
  out += '}';
  append_end(out, took, now);
  out += '}';
  return response;
}

Response flow_problem(const service::Problem& problem, base::WallTime now) {
  // Everything but what HTTP itself decides is 400 there, overload included.
  int status = service::http_status(problem.code);
  if (status == 422 || status == 429 || status == 503) status = 400;
  Response response = flow_failure(flow_error_of(problem), base::Millis(0), now, status);
  if (problem.retry_after_s > 0) {
    response.headers.emplace_back("Retry-After", std::to_string(problem.retry_after_s));
  }
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace leash::http
