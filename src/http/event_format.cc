#include "http/event_format.h"

#include "http/json_run.h"
#include "http/json_text.h"
#include "http/response.h"

namespace leash::http {
namespace {

/// Appends the members of an event's JSON object, without the braces; each kind has at least one.
struct AppendMembers {
  std::string& out;
  const service::Record& record;

  void operator()(const run::QueuedEvent& event) const {
    out += R"("id":")";
    out += record.run->id();
    out += R"(","key":)";
    if (record.policy.key) {
      append_json_string(out, *record.policy.key);
    } else {
      out += "null";
    }
    out += R"(,"position":)";
    append_json_uint(out, event.position);
  }
  void operator()(const run::StartedEvent& event) const {
    out += R"("version":)";
    append_json_string_lossy(out, event.version);
  }
  void operator()(const run::CompileEvent& event) const {
    append_compile_members(out, event.report);
  }
  void operator()(const run::OutputEvent& event) const {
    const OutputText text = output_text(record.policy.encoding, event.utf8);
    out += R"("data":)";
    append_output(out, event.data, text);
    out += ',';
    append_encoding(out, text);
  }
  void operator()(const run::TruncatedEvent& event) const {
    out += R"("stream":)";
    if (event.stream) {
      append_json_string(out, run::to_string(*event.stream));
    } else {
      out += "null";
    }
    out += R"(,"missing_bytes":)";
    append_json_uint(out, event.missing_bytes);
    out += R"(,"last_seq":)";
    append_json_uint(out, event.last_seq);
  }
  void operator()(const run::StoppingEvent& event) const {
    out += R"("cause":)";
    append_json_string(out, async::to_string(event.cause));
  }
  void operator()(const run::FinishedEvent& event) const {
    append_run_members(out, record, *event.snapshot, WithOutput::kNo);
  }
};

}  // namespace

void append_event(std::string& out, EventFormat format, const service::Record& record,
                  const run::Event& event) {
  const auto type = run::type_name(event.body);
  if (format == EventFormat::kSse) {
    out += "id: ";
    append_json_uint(out, event.seq);
    out += "\nevent: ";
    out += type;
    out += "\ndata: {";
  } else {
    out += R"({"seq":)";
    append_json_uint(out, event.seq);
    out += R"(,"type":")";
    out += type;
    out += "\",";
  }
  std::visit(AppendMembers{out, record}, event.body);
  out += format == EventFormat::kSse ? "}\n\n" : "}\n";
}

std::string_view quiet_line(EventFormat format) {
  return format == EventFormat::kSse ? ": still here\n\n" : "\n";
}

std::string_view content_type(EventFormat format) {
  return format == EventFormat::kSse ? kSseType : kNdjsonType;
}

}  // namespace leash::http
