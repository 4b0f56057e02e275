#include "http/ws_message.h"

#include <array>
#include <csignal>
#include <optional>

#include "http/json_read.h"
#include "http/json_request.h"
#include "http/json_text.h"
#include "http/strict_json.h"
#include "run/outcome.h"

namespace leash::http {
namespace {

namespace json = boost::json;
using service::Problem;
using service::ProblemCode;

enum class Kind { kStdin, kEof, kStop, kSignal };
constexpr std::array<std::pair<std::string_view, Kind>, 4> kKinds{{{"stdin", Kind::kStdin},
                                                                   {"eof", Kind::kEof},
                                                                   {"stop", Kind::kStop},
                                                                   {"signal", Kind::kSignal}}};
constexpr std::array<std::pair<std::string_view, bool>, 2> kEncodings{
    {{"utf8", false}, {"base64", true}}};

/// The members that any of the types has.
struct Members {
  std::optional<std::string> data;
  bool base64 = false;
  std::uint64_t grace_ms = 0;
  std::optional<std::string> signal;
};

Verdict read_member(Kind kind, std::string_view name, const json::value& value, Members& out) {
  std::string field(name);
  if (kind == Kind::kStdin && name == "data") return read(value, std::move(field), out.data);
  if (kind == Kind::kStdin && name == "encoding") {
    return read_name(value, std::move(field), kEncodings, out.base64);
  }
  if (kind == Kind::kStop && name == "grace_ms") {
    if (auto wrong = read(value, field, out.grace_ms)) return wrong;
    return check_grace(std::move(field), out.grace_ms);
  }
  if (kind == Kind::kSignal && name == "signal") return read(value, std::move(field), out.signal);
  return unknown_field(std::move(field));
}

std::optional<int> signal_number(std::string_view name) {
  for (int number = 1; number < SIGSYS + 1; ++number) {
    if (run::signal_name(number) == name) return number;
  }
  return std::nullopt;
}

service::Checked<WsMessage> make_message(Kind kind, Members members) {
  switch (kind) {
    case Kind::kStdin: {
      if (!members.data) return wrong_type("data", "there");
      if (!members.base64) return WsMessage(WsStdin{*std::move(members.data)});
      auto bytes = decode_base64(*members.data);
      if (!bytes) return bad_value("data", "it is not base64");
      return WsMessage(WsStdin{*std::move(bytes)});
    }
    case Kind::kEof:
      return WsMessage(WsEof{});
    case Kind::kStop:
      return WsMessage(WsStop{base::Millis(static_cast<std::int64_t>(members.grace_ms))});
    case Kind::kSignal:
      break;
  }
  if (!members.signal) return wrong_type("signal", "there");
  const auto number = signal_number(*members.signal);
  if (!number) return bad_value("signal", "it must be the name of a signal, e.g. SIGINT");
  return WsMessage(WsSignal{*number});
}

}  // namespace

service::Checked<WsMessage> parse_ws_message(std::string_view text) {
  auto document = parse_strict_json(text);
  if (!document) return document.error();
  const auto* object = document->if_object();
  if (object == nullptr) {
    return Problem{.code = ProblemCode::kInvalidShape, .detail = "a message must be an object"};
  }
  const auto* type = object->if_contains("type");
  if (type == nullptr) return wrong_type("type", "there");
  Kind kind{};
  if (auto wrong = read_name(*type, "type", kKinds, kind)) return std::move(*wrong);
  Members members;
  auto wrong = each_member(*document, "", [&](std::string_view name, const json::value& value) {
    if (name == "type" || value.is_null()) return Verdict();
    return read_member(kind, name, value, members);
  });
  if (wrong) return std::move(*wrong);
  return make_message(kind, std::move(members));
}

void append_ws_error(std::string& out, const Problem& problem) {
  out += R"({"type":"error","code":)";
  append_json_string(out, service::to_string(problem.code));
  out += R"(,"detail":)";
  append_json_string_lossy(out, problem.detail);
  out += R"(,"field":)";
  if (problem.field.empty()) {
    out += "null";
  } else {
    append_json_string_lossy(out, problem.field);
  }
  out += '}';
}

}  // namespace leash::http
