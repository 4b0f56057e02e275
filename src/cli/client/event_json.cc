#include "cli/client/event_json.h"

#include <chrono>
#include <cmath>
#include <utility>

#include "base/utf8.h"
#include "cli/client/json_field.h"
#include "http/json_text.h"

namespace leash::cli {
namespace json = boost::json;
namespace {

base::Error broken(std::string_view line) {
  return base::plain_error("read an event", std::string(line.substr(0, 80)), "it is malformed");
}

/// The value of an enum by the name it has on the wire; `fallback` for a name that is not known.
template <typename Enum>
Enum by_name(const std::string& name, Enum last, Enum fallback) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto value = static_cast<Enum>(i);
    if (to_string(value) == name) return value;
  }
  return fallback;
}

run::Cause cause_of(const json::object& object) {
  return by_name(text_field(object, "cause"), run::Cause::kServerLost, run::Cause::kNone);
}

int signal_number(const std::string& name) {
  for (int number = 1; number <= 64; ++number) {
    if (run::signal_name(number) == name) return number;
  }
  return 0;
}

std::optional<run::ProgramExit> read_exit(const json::object& object) {
  if (const std::string signal = text_field(object, "signal"); !signal.empty()) {
    return run::ProgramExit{.signaled = true, .code = signal_number(signal)};
  }
  const auto code = number_field(object, "exit_code");
  if (!code) return std::nullopt;
  return run::ProgramExit{.signaled = false, .code = static_cast<int>(*code)};
}

base::Micros micros(const json::object& object, std::string_view name, double factor) {
  const double value = number_field(object, name).value_or(0) * factor;
  return base::Micros(std::isfinite(value) && std::abs(value) < 9e15 ? std::llround(value) : 0);
}

run::CompileReport read_compile(const json::object& object) {
  return {.exit = read_exit(object),
          .stdout_data = read_output(object, "stdout"),
          .stderr_data = read_output(object, "stderr"),
          .elapsed = micros(object, "ms", 1000),
          .cached = flag_field(object, "cached")};
}

run::StopProof read_proof(const json::object& object) {
  run::StopProof proof;
  proof.cause = cause_of(object);
  proof.signaled = proof.requested + micros(object, "signal_us", 1);
  proof.emptied = proof.requested + micros(object, "empty_us", 1);
  proof.processes_killed = count_field(object, "processes_killed");
  proof.empty = flag_field(object, "empty");
  proof.remaining = count_field(object, "remaining");
  return proof;
}

std::optional<run::EventBody> read_body(const json::object& object, const std::string& type) {
  if (type == "queued") return run::QueuedEvent{.position = count_field(object, "position")};
  if (type == "started") return run::StartedEvent{.version = text_field(object, "version")};
  if (type == "compile") return run::CompileEvent{.report = read_compile(object)};
  if (type == "stopping") return run::StoppingEvent{.cause = cause_of(object)};
  if (type == "finished") {
    return run::FinishedEvent{.snapshot = std::make_shared<run::RunSnapshot>(read_run(object))};
  }
  if (type == "truncated") {
    const std::string stream = text_field(object, "stream");
    run::TruncatedEvent event{.missing_bytes = count_field(object, "missing_bytes"),
                              .last_seq = count_field(object, "last_seq")};
    if (stream == "stdout") event.stream = run::Stream::kStdout;
    if (stream == "stderr") event.stream = run::Stream::kStderr;
    return event;
  }
  if (type == "stdout" || type == "stderr") {
    run::OutputEvent event{.stream = type == "stdout" ? run::Stream::kStdout : run::Stream::kStderr,
                           .data = read_output(object, "data")};
    event.utf8 = base::is_utf8(event.data);
    return event;
  }
  return std::nullopt;
}

}  // namespace

std::string read_output(const json::object& object, std::string_view stream) {
  std::string text = text_field(object, stream);
  if (text_field(object, "encoding") != "base64") return text;
  return http::decode_base64(text).value_or(std::move(text));
}

run::RunSnapshot read_run(const json::object& object) {
  run::RunSnapshot run;
  run.id = text_field(object, "id");
  run.language = text_field(object, "language");
  run.version = text_field(object, "version");
  run.state = by_name(text_field(object, "state"), run::State::kFinished, run::State::kQueued);
  run.cause = cause_of(object);
  run.status = by_name(text_field(object, "status"), run::Status::kServerLost, run::Status::kNone);
  run.phase = by_name(text_field(object, "phase"), run::Phase::kRun, run::Phase::kRun);
  run.exit = read_exit(object);
  run.setup_error = text_field(object, "setup_error");
  if (const auto* compile = object_field(object, "compile")) run.compile = read_compile(*compile);
  if (const auto* stop = object_field(object, "stop")) run.stop = read_proof(*stop);
  if (const auto* timing = object_field(object, "timing")) {
    run.timing = {.queued = micros(*timing, "queued_ms", 1000),
                  .start = micros(*timing, "start_ms", 1000),
                  .compile = micros(*timing, "compile_ms", 1000),
                  .run = micros(*timing, "run_ms", 1000),
                  .total = micros(*timing, "total_ms", 1000)};
  }
  run.stdout_truncated = flag_field(object, "stdout_truncated");
  run.stderr_truncated = flag_field(object, "stderr_truncated");
  return run;
}

base::Result<run::EventPtr> read_event(std::string_view line) {
  json::error_code failed;
  const json::value document = json::parse({line.data(), line.size()}, failed);
  const auto* object = failed ? nullptr : document.if_object();
  if (object == nullptr) return broken(line);
  auto body = read_body(*object, text_field(*object, "type"));
  if (!body) return broken(line);
  return std::make_shared<const run::Event>(
      run::Event{.seq = count_field(*object, "seq"), .body = *std::move(body)});
}

std::string read_queued_id(std::string_view line) {
  json::error_code failed;
  const json::value document = json::parse({line.data(), line.size()}, failed);
  const auto* object = failed ? nullptr : document.if_object();
  if (object == nullptr || text_field(*object, "type") != "queued") return {};
  return text_field(*object, "id");
}

}  // namespace leash::cli
