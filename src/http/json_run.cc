#include "http/json_run.h"

#include <chrono>

#include "base/utf8.h"
#include "http/json_text.h"

namespace leash::http {
namespace {

using run::RunSnapshot;

/// Opens a member: `,"name":`.
void name(std::string& out, std::string_view text) {
  out += ",\"";
  out += text;
  out += "\":";
}

void string_or_null(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string_lossy(out, text);
  }
}

void ms_member(std::string& out, std::string_view member, base::Micros value) {
  name(out, member);
  append_json_ms(out, value);
}

void uint_member(std::string& out, std::string_view member, std::uint64_t value) {
  name(out, member);
  append_json_uint(out, value);
}

void exit_code(std::string& out, const std::optional<run::ProgramExit>& exit) {
  if (!exit || exit->signaled) {
    out += "null";
  } else {
    out += std::to_string(exit->code);
  }
}

std::uint64_t micros(base::Duration duration) {
  const auto count = std::chrono::duration_cast<base::Micros>(duration).count();
  return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

void append_stages(std::string& out, const run::Stages& stages) {
  out += R"({"claim_ms":)";
  append_json_ms(out, stages.claim);
  ms_member(out, "job_ms", stages.job);
  name(out, "first_byte_ms");
  if (stages.first_byte) {
    append_json_ms(out, *stages.first_byte);
  } else {
    out += "null";
  }
  ms_member(out, "exit_ms", stages.exit);
  ms_member(out, "empty_ms", stages.empty);
  ms_member(out, "settle_ms", stages.settle);
  out += '}';
}

void append_timing(std::string& out, const run::Timing& timing) {
  out += R"({"queued_ms":)";
  append_json_ms(out, timing.queued);
  ms_member(out, "start_ms", timing.start);
  ms_member(out, "compile_ms", timing.compile);
  ms_member(out, "run_ms", timing.run);
  ms_member(out, "total_ms", timing.total);
  name(out, "stages");
  append_stages(out, timing.stages);
  out += '}';
}

void append_usage(std::string& out, const run::Usage& usage) {
  out += R"({"cpu_ms":)";
  append_json_ms(out, usage.cpu);
  uint_member(out, "peak_memory_bytes", usage.peak_memory.count);
  uint_member(out, "peak_tasks", usage.peak_tasks);
  uint_member(out, "stdout_bytes", usage.stdout_bytes);
  uint_member(out, "stderr_bytes", usage.stderr_bytes);
  uint_member(out, "tasks_refused", usage.tasks_refused);
  name(out, "disk_full");
  append_json_bool(out, usage.disk_full);
  out += '}';
}

/// The members of a proof, without braces.
void append_proof(std::string& out, bool empty, std::uint64_t killed, std::uint64_t signal_us,
                  std::uint64_t empty_us, std::uint64_t remaining) {
  if (empty) {
    out += R"("processes_killed":)";
    append_json_uint(out, killed);
    uint_member(out, "signal_us", signal_us);
    uint_member(out, "empty_us", empty_us);
    out += R"(,"empty":true)";
  } else {
    out += R"("empty":false,"remaining":)";
    append_json_uint(out, remaining);
  }
}

void append_stop(std::string& out, const run::StopProof& proof) {
  out += R"({"cause":")";
  out += async::to_string(proof.cause);
  out += R"(","requested_at":)";
  append_json_time(out, proof.requested_at);
  out += ',';
  append_proof(out, proof.empty, proof.processes_killed, micros(proof.signaled - proof.requested),
               micros(proof.emptied - proof.requested), proof.remaining);
  out += '}';
}

void append_cause_and_status(std::string& out, const RunSnapshot& snapshot) {
  name(out, "status");
  string_or_null(out, run::to_string(snapshot.status));
  name(out, "cause");
  string_or_null(out, snapshot.cause == run::Cause::kNone ? std::string_view()
                                                          : async::to_string(snapshot.cause));
}

}  // namespace

OutputText output_text(service::TextEncoding encoding, bool all_utf8) {
  const bool keeps_bytes = encoding == service::TextEncoding::kAuto;
  return {.base64 = !all_utf8 && keeps_bytes, .lossy = !all_utf8 && !keeps_bytes};
}

void append_encoding(std::string& out, OutputText text) {
  out += text.base64 ? R"("encoding":"base64")" : R"("encoding":"utf8")";
  if (text.lossy) out += R"(,"lossy":true)";
}

void append_output(std::string& out, std::string_view bytes, OutputText text) {
  if (text.base64) {
    out += '"';
    append_base64(out, bytes);
    out += '"';
  } else if (text.lossy) {
    append_json_string_lossy(out, bytes);
  } else {
    append_json_string(out, bytes);
  }
}

void append_compile_members(std::string& out, const run::CompileReport& report) {
  const bool utf8 = base::is_utf8(report.stdout_data) && base::is_utf8(report.stderr_data);
  const OutputText text = output_text(service::TextEncoding::kAuto, utf8);
  out += R"("exit_code":)";
  exit_code(out, report.exit);
  name(out, "stdout");
  append_output(out, report.stdout_data, text);
  name(out, "stderr");
  append_output(out, report.stderr_data, text);
  if (text.base64) {
    out += ',';
    append_encoding(out, text);
  }
  name(out, "ms");
  append_json_ms(out, report.elapsed);
  name(out, "cached");
  append_json_bool(out, report.cached);
}

void append_run_members(std::string& out, const service::Record& record,
                        const RunSnapshot& snapshot, WithOutput with_output) {
  const auto& log = *record.run->log();
  const bool whole = with_output == WithOutput::kYes;
  const std::string stdout_data = whole ? log.kept_output(run::Stream::kStdout) : std::string();
  const std::string stderr_data = whole ? log.kept_output(run::Stream::kStderr) : std::string();
  // After the texts, which may have grown meanwhile: so it holds for them, too.
  const OutputText text = output_text(record.policy.encoding, log.kept_is_utf8());
  out += R"("id":")";
  out += snapshot.id;
  out += '"';
  name(out, "key");
  string_or_null(out, record.policy.key ? std::string_view(*record.policy.key) : "");
  name(out, "language");
  append_json_string(out, snapshot.language);
  name(out, "version");
  string_or_null(out, snapshot.version);
  name(out, "state");
  append_json_string(out, run::to_string(snapshot.state));
  append_cause_and_status(out, snapshot);
  name(out, "phase");
  append_json_string(out, run::to_string(snapshot.phase));
  name(out, "exit_code");
  exit_code(out, snapshot.exit);
  name(out, "signal");
  const bool signaled = snapshot.exit && snapshot.exit->signaled;
  string_or_null(out, signaled ? run::signal_name(snapshot.exit->code) : std::string());
  if (whole) {
    name(out, "stdout");
    append_output(out, stdout_data, text);
    name(out, "stderr");
    append_output(out, stderr_data, text);
  }
  out += ',';
  append_encoding(out, text);
  name(out, "stdout_truncated");
  append_json_bool(out, snapshot.stdout_truncated || log.is_incomplete(run::Stream::kStdout));
  name(out, "stderr_truncated");
  append_json_bool(out, snapshot.stderr_truncated || log.is_incomplete(run::Stream::kStderr));
  name(out, "compile");
  if (snapshot.compile) {
    out += '{';
    append_compile_members(out, *snapshot.compile);
    out += '}';
  } else {
    out += "null";
  }
  out += R"(,"result":null,"files":[])";
  name(out, "timing");
  append_timing(out, snapshot.timing);
  name(out, "usage");
  append_usage(out, snapshot.usage);
  name(out, "stop");
  if (snapshot.stop) {
    append_stop(out, *snapshot.stop);
  } else {
    out += "null";
  }
  if (!snapshot.setup_error.empty()) {
    name(out, "setup_error");
    append_json_string_lossy(out, snapshot.setup_error);
  }
  name(out, "created_at");
  append_json_time(out, snapshot.created_at);
  name(out, "finished_at");
  if (snapshot.finished_at) {
    append_json_time(out, *snapshot.finished_at);
  } else {
    out += "null";
  }
}

void append_run(std::string& out, const service::Record& record, WithOutput with_output) {
  const RunSnapshot snapshot = record.run->snapshot();
  out += '{';
  append_run_members(out, record, snapshot, with_output);
  out += '}';
}

void append_stop_answer(std::string& out, const service::StopAnswer& answer) {
  out += R"({"id":")";
  out += answer.snapshot.id;
  out += R"(","stopped":)";
  append_json_bool(out, answer.stopped);
  name(out, "state");
  append_json_string(out, run::to_string(answer.snapshot.state));
  append_cause_and_status(out, answer.snapshot);
  out += R"(,"proof":{)";
  const auto count = [](base::Micros time) {
    return time.count() < 0 ? 0 : static_cast<std::uint64_t>(time.count());
  };
  append_proof(out, answer.is_empty, answer.processes_killed, count(answer.signal),
               count(answer.empty), answer.remaining);
  out += "}}";
}

}  // namespace leash::http
