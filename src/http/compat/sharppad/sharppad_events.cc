#include "http/compat/sharppad/sharppad_events.h"

#include <fmt/format.h>

#include <regex>
#include <variant>

#include "http/json_text.h"

namespace leash::http {
namespace {

constexpr std::string_view kCompilationError = "Compilation error";

void append_content(std::string& out, std::string_view type, std::string_view content) {
  fmt::format_to(std::back_inserter(out), R"(data: {{"type":"{}","content":)", type);
  append_json_string_lossy(out, content);
  out += "}\n\n";
}

/// What csharp/host.cs says of an exception is an event of its own, whatever came in the same
/// piece.
void append_stderr(std::string& out, std::string_view text) {
  constexpr std::string_view kException = "\nExecution error: ";
  if (const auto at = text.rfind(kException); at != std::string_view::npos) {
    append_content(out, "error", text.substr(0, at + 1));
    text.remove_prefix(at + 1);
  }
  append_content(out, "error", text);
}

/// Calls `take` for each line.
template <typename F>
void each_line(std::string_view text, F take) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    take(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

/// "[Program.cs:3] ; expected" of "Program.cs(3,5): error CS1002: ; expected"; else empty.
std::string diagnostic_of(std::string_view line) {
  // Bounded, since the library's matcher recurses by character.
  static const std::regex kPattern(R"(^(?:([^():]+)\((\d+),\d+[^)]*\): )?error CS\d+: (.*)$)");
  constexpr std::size_t kMaxLine = 2000;
  const std::string text(line.substr(0, kMaxLine));
  std::smatch match;
  if (!std::regex_match(text, match, kPattern)) return {};
  std::string place = match[1].matched ? match[1].str() + ":" + match[2].str() : "unknown:1";
  if (place.starts_with("./")) place.erase(0, 2);
  return "[" + place + "] " + match[3].str();
}

}  // namespace

void append_sharppad_output(std::string& out, std::string_view content) {
  append_content(out, "output", content);
}

void append_sharppad_error(std::string& out, std::string_view content) {
  append_content(out, "error", content);
}

void append_sharppad_completed(std::string& out, std::string_view error) {
  out += R"(data: {"type":"completed","result":{"Output":"","Error":)";
  append_json_string_lossy(out, error);
  out += "}}\n\n";
}

void append_sharppad_diagnostics(std::string& out, const run::CompileReport& report) {
  const std::string said = report.stderr_data + report.stdout_data;
  bool any = false;
  each_line(said, [&](std::string_view line) {
    const std::string diagnostic = diagnostic_of(line);
    if (diagnostic.empty()) return;
    any = true;
    append_sharppad_error(out, diagnostic);
  });
  if (!any && !said.empty()) append_sharppad_error(out, said);
}

void SharpPadEvents::append(std::string& out, const run::RunSpec& spec,
                            const run::Event& event) const {
  if (const auto* output = std::get_if<run::OutputEvent>(&event.body)) {
    if (output->stream == run::Stream::kStdout) {
      append_sharppad_output(out, output->data);
    } else {
      append_stderr(out, output->data);
    }
  } else if (const auto* truncated = std::get_if<run::TruncatedEvent>(&event.body)) {
    append_sharppad_error(out, text_.truncated(truncated->missing_bytes));
  } else if (const auto* compile = std::get_if<run::CompileEvent>(&event.body)) {
    if (compile->report.exit != run::ProgramExit{}) {
      append_sharppad_diagnostics(out, compile->report);
    }
  } else if (const auto* finished = std::get_if<run::FinishedEvent>(&event.body)) {
    append_end(out, spec, *finished->snapshot);
  }
}

void SharpPadEvents::append_end(std::string& out, const run::RunSpec& spec,
                                const run::RunSnapshot& end) const {
  if (end.cause == run::Cause::kCompileError) {
    return append_sharppad_completed(out, kCompilationError);
  }
  const bool exception = end.cause == run::Cause::kExit && end.exit && !end.exit->signaled &&
                         end.exit->code == kUnhandledException;
  if (exception) return append_sharppad_completed(out, "");
  const bool compiling = end.phase == run::Phase::kCompile;
  const std::string why = text_.ended(end, compiling ? spec.compile_limits.wall : spec.limits.wall);
  if (!why.empty()) append_sharppad_error(out, why);
  append_sharppad_completed(out, why);
}

}  // namespace leash::http
