#include "http/json_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "http/json_read.h"
#include "http/json_text.h"
#include "http/strict_json.h"

namespace leash::http {
namespace {

namespace json = boost::json;
using service::Problem;
using service::ProblemCode;
using service::RunRequest;

constexpr std::uint64_t kMaxStopGraceMs = 60'000;

Verdict read_file(const json::value& value, const std::string& field, run::SourceFile& file) {
  bool base64 = false;
  bool has_path = false;
  bool has_content = false;
  auto problem =
      each_member(value, field, [&](std::string_view name, const json::value& member) -> Verdict {
        std::string inner = fmt::format("{}.{}", field, name);
        if (name == "path") {
          has_path = true;
          return read(member, std::move(inner), file.path);
        }
        if (name == "content") {
          has_content = true;
          return read(member, std::move(inner), file.content);
        }
        if (name == "encoding") {
          if (member.is_null()) return std::nullopt;
          constexpr std::array<std::pair<std::string_view, bool>, 2> kNames{
              {{"utf8", false}, {"base64", true}}};
          return read_name(member, std::move(inner), kNames, base64);
        }
        return unknown_field(std::move(inner));
      });
  if (problem) return problem;
  if (!has_path) return wrong_type(field + ".path", "there");
  if (!has_content) return wrong_type(field + ".content", "there");
  if (base64) {
    auto bytes = decode_base64(file.content);
    if (!bytes) return bad_value(field + ".content", "it is not base64");
    file.content = std::move(*bytes);
  }
  return std::nullopt;
}

Verdict read_files(const json::value& value, std::vector<run::SourceFile>& files) {
  const auto* array = value.if_array();
  if (array == nullptr) return wrong_type("files", "an array");
  files.reserve(std::min<std::size_t>(array->size(), 256));
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (auto problem = read_file((*array)[i], fmt::format("files[{}]", i), files.emplace_back())) {
      return problem;
    }
  }
  return std::nullopt;
}

Verdict read_args(const json::value& value, std::vector<std::string>& args) {
  const auto* array = value.if_array();
  if (array == nullptr) return wrong_type("args", "an array of strings");
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (auto problem = read((*array)[i], fmt::format("args[{}]", i), args.emplace_back())) {
      return problem;
    }
  }
  return std::nullopt;
}

Verdict read_env(const json::value& value, std::vector<std::pair<std::string, std::string>>& env) {
  return each_member(value, "env", [&](std::string_view name, const json::value& member) {
    auto& entry = env.emplace_back(std::string(name), "");
    return read(member, "env." + entry.first, entry.second);
  });
}

Verdict read_limits(const json::value& value, const std::string& field,
                    std::map<std::string, std::optional<std::uint64_t>>& limits) {
  return each_member(value, field,
                     [&](std::string_view name, const json::value& member) -> Verdict {
                       auto& limit = limits[std::string(name)];
                       if (member.is_null()) return std::nullopt;
                       return read(member, fmt::format("{}.{}", field, name), limit);
                     });
}

Verdict read_millis(const json::value& value, std::string field, base::Millis& out) {
  std::uint64_t count = 0;
  if (auto problem = read(value, std::move(field), count)) return problem;
  constexpr std::uint64_t kMost = std::numeric_limits<std::int32_t>::max();  // The service checks.
  out = base::Millis(static_cast<std::int64_t>(std::min(count, kMost)));
  return std::nullopt;
}

Verdict read_member(std::string_view name, const json::value& value, RunRequest& request) {
  using service::OnDisconnect;
  using service::TextEncoding;
  constexpr std::array<std::pair<std::string_view, run::OnOutputLimit>, 2> kOutputLimit{
      {{"truncate", run::OnOutputLimit::kTruncate}, {"stop", run::OnOutputLimit::kStop}}};
  constexpr std::array<std::pair<std::string_view, OnDisconnect>, 2> kDisconnect{
      {{"stop", OnDisconnect::kStop}, {"detach", OnDisconnect::kDetach}}};
  constexpr std::array<std::pair<std::string_view, TextEncoding>, 2> kEncoding{
      {{"auto", TextEncoding::kAuto}, {"utf8", TextEncoding::kUtf8Lossy}}};
  constexpr std::array<std::string_view, 15> kKnown{
      "language",        "code",          "files",
      "entry",           "args",          "env",
      "stdin",           "limits",        "compile_limits",
      "on_output_limit", "on_disconnect", "disconnect_grace_ms",
      "encoding",        "key",           "keep"};

  std::string field(name);
  if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
    return unknown_field(std::move(field));
  }
  if (value.is_null()) return std::nullopt;
  if (name == "language") return read(value, std::move(field), request.language);
  if (name == "code") return read(value, std::move(field), request.code);
  if (name == "files") return read_files(value, request.files);
  if (name == "entry") return read(value, std::move(field), request.entry);
  if (name == "args") return read_args(value, request.args);
  if (name == "env") return read_env(value, request.env);
  if (name == "stdin") return read(value, std::move(field), request.stdin_data);
  if (name == "limits") return read_limits(value, field, request.limits);
  if (name == "compile_limits") return read_limits(value, field, request.compile_limits);
  if (name == "on_output_limit") {
    return read_name(value, std::move(field), kOutputLimit, request.on_output_limit);
  }
  if (name == "on_disconnect") {
    return read_name(value, std::move(field), kDisconnect, request.on_disconnect.emplace());
  }
  if (name == "disconnect_grace_ms") {
    return read_millis(value, std::move(field), request.disconnect_grace);
  }
  if (name == "encoding") return read_name(value, std::move(field), kEncoding, request.encoding);
  if (name == "key") return read(value, std::move(field), request.key);
  return read(value, std::move(field), request.keep);
}

}  // namespace

service::Checked<RunRequest> parse_run_request(std::string_view body) {
  auto document = parse_strict_json(body);
  if (!document) return document.error();
  RunRequest request;
  auto problem = each_member(*document, "", [&](std::string_view name, const json::value& value) {
    return read_member(name, value, request);
  });
  if (problem) return std::move(*problem);
  const auto* object = document->if_object();
  const auto has = [&](json::string_view name) {
    const auto* member = object->if_contains(name);
    return member != nullptr && !member->is_null();
  };
  if (!has("language")) return wrong_type("language", "there");
  if (!has("code") && !has("files")) return wrong_type("code", "there, or files");
  return request;
}

service::Checked<std::string> parse_ticket_request(std::string_view body) {
  auto document = parse_strict_json(body);
  if (!document) return document.error();
  std::string run;
  auto problem = each_member(*document, "", [&](std::string_view name, const json::value& value) {
    if (name != "run") return Verdict(unknown_field(std::string(name)));
    return read(value, "run", run);
  });
  if (problem) return std::move(*problem);
  if (run.empty()) return wrong_type("run", "there");
  return run;
}

std::optional<Problem> check_grace(std::string field, std::uint64_t millis) {
  if (millis <= kMaxStopGraceMs) return std::nullopt;
  return bad_value(std::move(field), fmt::format("it must be at most {}", kMaxStopGraceMs));
}

service::Checked<base::Millis> parse_stop_request(std::string_view body) {
  base::Millis grace{0};
  if (body.empty()) return grace;
  auto document = parse_strict_json(body);
  if (!document) return document.error();
  auto problem =
      each_member(*document, "", [&](std::string_view name, const json::value& value) -> Verdict {
        if (name != "grace_ms") return unknown_field(std::string(name));
        if (value.is_null()) return std::nullopt;
        std::uint64_t count = 0;
        if (auto wrong = read(value, "grace_ms", count)) return wrong;
        if (auto wrong = check_grace("grace_ms", count)) return wrong;
        grace = base::Millis(static_cast<std::int64_t>(count));
        return std::nullopt;
      });
  if (problem) return std::move(*problem);
  return grace;
}

}  // namespace leash::http
