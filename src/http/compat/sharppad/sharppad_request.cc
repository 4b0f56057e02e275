#include "http/compat/sharppad/sharppad_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <cctype>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "http/strict_json.h"
#include "service/check_files.h"
#include "service/check_text.h"

namespace leash::http {
namespace {

namespace json = boost::json;
using service::Problem;
using service::ProblemCode;

constexpr std::string_view kDefaultFile = "Program.cs";

Problem bad(std::string field, std::string detail) {
  return {
      .code = ProblemCode::kInvalidShape, .detail = std::move(detail), .field = std::move(field)};
}

/// The member with this name in upper or lower case; null if there is none or it is null.
const json::value* member(const json::object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (base::iequals({key.data(), key.size()}, name)) {
      return value.is_null() ? nullptr : &value;
    }
  }
  return nullptr;
}

service::Checked<std::string> text(const json::object& object, std::string_view name,
                                   const std::string& field) {
  const json::value* value = member(object, name);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return bad(field, "it must be a string");
  return std::string(value->get_string().data(), value->get_string().size());
}

service::Checked<const json::array*> list(const json::object& object, const std::string& name) {
  const json::value* value = member(object, name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) return bad(name, "it must be an array");
  return &value->get_array();
}

std::optional<Problem> read_files(const json::object& body, SharpPadRun& run) {
  const auto files = list(body, "Files");
  if (!files) return files.error();
  if (*files == nullptr || (*files)->empty()) {
    auto source = text(body, "SourceCode", "SourceCode");
    if (!source) return source.error();
    run.files.push_back({.path = std::string(kDefaultFile), .content = std::move(*source)});
    run.entry = kDefaultFile;
    return std::nullopt;
  }
  for (std::size_t i = 0; i < (*files)->size(); ++i) {
    const std::string field = fmt::format("Files[{}]", i);
    const auto* file = (**files)[i].if_object();
    if (file == nullptr) return bad(field, "it must be an object");
    auto name = text(*file, "FileName", field + ".FileName");
    if (!name) return name.error();
    auto content = text(*file, "Content", field + ".Content");
    if (!content) return content.error();
    const json::value* entry = member(*file, "IsEntry");
    if (entry != nullptr && !entry->is_bool()) return bad(field + ".IsEntry", "it must be a bool");
    if (name->empty()) name = std::string(kDefaultFile);
    if (const auto problem = service::path_problem(*name)) {
      return bad(field + ".FileName",
                 fmt::format("the path {} is not allowed: {}", service::quote(*name), *problem));
    }
    if (entry != nullptr && entry->get_bool() && run.entry.empty()) run.entry = *name;
    run.files.push_back({.path = std::move(*name), .content = std::move(*content)});
  }
  if (run.entry.empty()) run.entry = run.files.front().path;
  return std::nullopt;
}

std::optional<Problem> read_packages(const json::object& body, SharpPadRun& run) {
  const auto packages = list(body, "Packages");
  if (!packages) return packages.error();
  if (*packages == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < (*packages)->size(); ++i) {
    const std::string field = fmt::format("Packages[{}]", i);
    const auto* package = (**packages)[i].if_object();
    if (package == nullptr) return bad(field, "it must be an object");
    auto id = text(*package, "Id", field + ".Id");
    if (!id) return id.error();
    run.packages.push_back(std::move(*id));
  }
  return std::nullopt;
}

service::Checked<std::string> session_id(const json::object& body) {
  auto id = text(body, "SessionId", "SessionId");
  if (!id) return id.error();
  if (!id->empty() && !service::is_key(*id)) {
    return bad("SessionId", "a SessionId is 1 to 128 of A-Z a-z 0-9 . _ -");
  }
  return id;
}

service::Checked<json::value> parse_object(std::string_view body) {
  auto document = parse_strict_json(body);
  if (document && !document->is_object()) return bad("", "the body must be an object");
  return document;
}

bool any_file_has(const SharpPadRun& run, std::string_view wanted) {
  return std::any_of(run.files.begin(), run.files.end(), [&](const run::SourceFile& file) {
    return file.content.find(wanted) != std::string::npos;
  });
}

}  // namespace

std::string normalize_project_type(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) plain += static_cast<char>(std::tolower(byte));
  }
  const auto has = [&](std::string_view part) { return plain.find(part) != std::string::npos; };
  if (has("avalonia")) return "avalonia";
  if (has("form") || has("windows")) return "winforms";
  if (has("aspnet") || has("webapi") || plain == "web") return "webapi";
  return "console";
}

service::Checked<SharpPadRun> parse_sharppad_run(std::string_view body) {
  const auto document = parse_object(body);
  if (!document) return document.error();
  const json::object& object = document->get_object();
  SharpPadRun run;
  if (auto problem = read_files(object, run)) return std::move(*problem);
  if (auto problem = read_packages(object, run)) return std::move(*problem);
  auto type = text(object, "ProjectType", "ProjectType");
  if (!type) return type.error();
  run.project_type = normalize_project_type(*type);
  const json::value* version = member(object, "LanguageVersion");
  if (version != nullptr && !version->is_number()) {
    return bad("LanguageVersion", "it must be a number");
  }
  auto id = session_id(object);
  if (!id) return id.error();
  run.session_id = std::move(*id);
  return run;
}

service::Checked<SharpPadSession> parse_sharppad_session(std::string_view body) {
  const auto document = parse_object(body);
  if (!document) return document.error();
  const json::object& object = document->get_object();
  auto id = session_id(object);
  if (!id) return id.error();
  auto input = text(object, "Input", "Input");
  if (!input) return input.error();
  return SharpPadSession{.session_id = std::move(*id), .input = std::move(*input)};
}

std::string sharppad_obstacle(const SharpPadRun& run, bool english) {
  if (run.project_type == "winforms" || any_file_has(run, "System.Windows.Forms")) {
    return "WinForms can only run on Windows (System.Windows.Forms/System.Drawing are "
           "Windows-only).";
  }
  if (run.project_type == "avalonia" || any_file_has(run, "using Avalonia")) {
    return english ? "Avalonia needs a display, and there is none on this server."
                   : "Avalonia 需要图形界面，此服务器没有显示设备";
  }
  if (!run.packages.empty()) {
    const std::string names = fmt::format("{}", fmt::join(run.packages, ", "));
    return english ? "NuGet packages are not available here (programs have no network): " + names
                   : "此服务器无法提供 NuGet 包（程序没有网络）: " + names;
  }
  return {};
}

}  // namespace leash::http
