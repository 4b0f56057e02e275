#include "http/compat/flow/flow_outcome.h"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "http/json_text.h"
#include "http/static_files.h"
#include "http/strict_json.h"

namespace leash::http {

/// program.js, put into this program when it was built.
[[nodiscard]] std::span<const StaticFile> flow_program();

namespace {

namespace json = boost::json;
using run::Cause;

constexpr std::string_view kResult = "result\n";
constexpr std::string_view kError = "error\n";
/// The block gets its input and program.js's require(); the others are there to hide those of the
/// file it stands in.
constexpr std::string_view kBlockHead =
    "module.exports = async function(input, require, module, exports, __filename, __dirname) "
    "{ 'use strict';\n";
constexpr std::size_t kMaxResultDepth = 512;

/// Takes a document apart without keeping any of it.
struct Checker {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using Code = json::error_code;
  using Text = json::string_view;
  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t, Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t, Code&) { return true; }
  bool on_string_part(Text, std::size_t, Code&) { return true; }
  bool on_string(Text, std::size_t, Code&) { return true; }
  bool on_key_part(Text, std::size_t, Code&) { return true; }
  bool on_key(Text, std::size_t, Code&) { return true; }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t, Text, Code&) { return true; }
  bool on_uint64(std::uint64_t, Text, Code&) { return true; }
  bool on_double(double, Text, Code&) { return true; }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

constexpr std::string_view kHighHalf = "89abAB";
constexpr std::string_view kLowHalf = "cdefCDEF";

/// True if the escape of one half of a surrogate pair stands there; `second` tells which.
bool is_half(std::string_view json, std::size_t at, std::string_view second) {
  if (json.size() < at + 6) return false;
  const auto escape = json.substr(at, 6);
  return escape.starts_with("\\u") && (escape[2] == 'd' || escape[2] == 'D') &&
         second.find(escape[3]) != std::string_view::npos &&
         escape.find_first_not_of("0123456789abcdefABCDEF", 4) == std::string_view::npos;
}

/// JSON.stringify() writes half of a pair as an escape, which no text can hold: it becomes U+FFFD.
std::string with_whole_pairs(std::string_view json) {
  std::string text(json);
  for (std::size_t at = 0; (at = text.find('\\', at)) != std::string::npos;) {
    const bool high = is_half(text, at, kHighHalf);
    if (high && is_half(text, at + 6, kLowHalf)) {
      at += 12;
    } else if (high || is_half(text, at, kLowHalf)) {
      text.replace(at, 6, "\\ufffd");
      at += 6;
    } else {
      at += 2;
    }
  }
  return text;
}

bool is_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxResultDepth;
  json::basic_parser<Checker> parser(options);
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  return !error && read == text.size();
}

std::string text_of(const json::object& fields, json::string_view name) {
  const auto* value = fields.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

FlowError runtime_error(std::string message) {
  return {.type = "RuntimeError", .message = std::move(message)};
}

std::variant<std::string, FlowError> read_answer(std::string_view printed) {
  if (printed.starts_with(kResult)) {
    printed.remove_prefix(kResult.size());
    if (printed.size() > kFlowMaxResult) {
      return FlowError{.type = "ValidationError",
                       .message = fmt::format("返回结果过大，最大 {} 字节", kFlowMaxResult)};
    }
    std::string value = with_whole_pairs(printed);
    if (is_json(value)) return value;
    return FlowError{.type = "ValidationError", .message = "返回值不是有效的 JSON，或嵌套过深"};
  }
  if (printed.starts_with(kError)) {
    const auto document = parse_strict_json(with_whole_pairs(printed.substr(kError.size())));
    if (document && document->is_object()) {
      const auto& fields = document->get_object();
      FlowError error{.type = text_of(fields, "type"),
                      .message = text_of(fields, "message"),
                      .stack = text_of(fields, "stack")};
      if (error.type.empty()) error.type = "RuntimeError";
      return error;
    }
  }
  return runtime_error("代码异常终止");
}

}  // namespace

service::RunRequest make_flow_run(const FlowRequest& request, base::Millis timeout,
                                  bool allow_console, const FlowModules* modules) {
  std::string call = R"({"input":)" + request.input + R"(,"code":)";
  append_json_string(call, request.code);
  call += fmt::format(R"(,"allowConsole":{},"maxResult":{}}})", allow_console, kFlowMaxResult);
  service::RunRequest made;
  made.language = "javascript";
  made.files = {
      {.path = "main.js", .content = std::string(flow_program().front().bytes)},
      {.path = "codeblock.js", .content = std::string(kBlockHead) + request.code + "\n};\n"},
      {.path = "call.json", .content = std::move(call)},
      {.path = "modules.json",
       .content = modules == nullptr ? "{}" : modules->bundle_for(request.code)}};
  made.entry = "main.js";
  made.stdin_data = "";
  made.fixed_wall = timeout;
  made.limit_grace = kFlowInterruptTime;
  made.keep = false;
  return made;
}

std::variant<std::string, FlowError> read_flow_outcome(const run::RunSnapshot& snapshot,
                                                       std::string_view printed,
                                                       base::Millis timeout) {
  switch (snapshot.cause) {
    case Cause::kExit:
      if (snapshot.exit && snapshot.exit->signaled) {
        return runtime_error("代码异常终止: " + run::signal_name(snapshot.exit->code));
      }
      return read_answer(printed);
    case Cause::kWallLimit:
      return flow_timeout(timeout);
    case Cause::kQueueLimit:
      return FlowError{.type = "ConcurrencyError", .message = "系统繁忙，请稍后重试"};
    case Cause::kMemoryLimit:
      return runtime_error("内存超出限制");
    case Cause::kStop:
    case Cause::kReplaced:
    case Cause::kClientDisconnected:
    case Cause::kExpired:
      return FlowError{.type = "CancelledError", .message = "请求已取消"};
    case Cause::kShutdown:
      return FlowError{.type = "ServiceUnavailableError", .message = "服务正在关闭，请稍后重试"};
    case Cause::kSetupError:
    case Cause::kServerLost:
      return FlowError{.type = "ServiceUnavailableError", .message = "执行环境不可用"};
    default:
      return runtime_error("代码执行被终止");
  }
}

FlowError flow_error_of(const service::Problem& problem) {
  using service::ProblemCode;
  switch (problem.code) {
    case ProblemCode::kTooMany:
      return {.type = "ConcurrencyError", .message = "系统繁忙，请稍后重试"};
    case ProblemCode::kUnavailable:
    case ProblemCode::kUnknownLanguage:
      return {.type = "ServiceUnavailableError", .message = "服务不可用: " + problem.detail};
    case ProblemCode::kUnauthorized:
      return {.type = "AuthenticationError",
              .message = "缺少或无效的 accessToken: " + problem.detail};
    case ProblemCode::kForbidden:
      return {.type = "AuthorizationError", .message = problem.detail};
    case ProblemCode::kInternal:
      return runtime_error(problem.detail);
    default:
      return {.type = "ValidationError", .message = "请求参数错误: " + problem.detail};
  }
}

FlowError flow_timeout(base::Millis timeout) {
  return {.type = "TimeoutError",
          .message = fmt::format("代码执行超时 ({})", go_duration(timeout))};
}

std::string go_duration(base::Millis time) {
  const auto ms = time.count();
  if (ms == 0) return "0s";
  if (ms < 1000) return fmt::format("{}ms", ms);
  std::string text;
  if (ms >= 3'600'000) text += fmt::format("{}h", ms / 3'600'000);
  if (ms >= 60'000) text += fmt::format("{}m", ms / 60'000 % 60);
  text += fmt::format("{}", ms / 1000 % 60);
  if (ms % 1000 != 0) {
    std::string fraction = fmt::format(".{:03}", ms % 1000);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += fraction;
  }
  return text + "s";
}

}  // namespace leash::http
