// The other servers' formats: bodies of Flow-CodeBlock and SharpPad, and what Flow's program prints
// from inside the sandbox, which becomes part of an answer.
#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/utf8.h"
#include "fuzz/check.h"
#include "http/compat/flow/flow_outcome.h"
#include "http/compat/flow/flow_request.h"
#include "http/compat/sharppad/sharppad_request.h"
#include "http/compat/sharppad/sharppad_text.h"
#include "http/strict_json.h"
#include "protocol/job.h"
#include "service/check_text.h"

namespace {

using leash::fuzz::require;

void check_flow_body(std::string_view text) {
  const auto parsed = leash::http::parse_flow_request(text);
  if (const auto* error = std::get_if<leash::http::FlowError>(&parsed)) {
    require(error->type == "ValidationError" && !error->message.empty(), "a refusal is typed");
    return;
  }
  const auto& request = std::get<leash::http::FlowRequest>(parsed);
  require(request.code.size() <= leash::http::kFlowMaxCode, "the code is bounded");
  require(leash::base::is_utf8(request.code), "the code is text");
  require(request.input.size() <= leash::http::kFlowMaxInput, "the input is bounded");
  const auto input = leash::http::parse_strict_json(request.input);
  require(input && input->is_object(), "the input is an object");
}

void check_flow_outcome(std::string_view text) {
  leash::run::RunSnapshot snapshot;
  snapshot.state = leash::run::State::kFinished;
  snapshot.status = leash::run::Status::kSucceeded;
  snapshot.cause = leash::run::Cause::kExit;
  snapshot.exit = leash::run::ProgramExit{};
  const auto outcome = leash::http::read_flow_outcome(snapshot, text, leash::base::Millis(1000));
  if (const auto* value = std::get_if<std::string>(&outcome)) {
    require(leash::base::is_utf8(*value), "a value is text");
    boost::json::error_code error;
    const boost::json::parse_options options{.max_depth = 512};
    static_cast<void>(boost::json::parse(*value, error, {}, options));
    require(!error, "a value is one JSON value");
  }
}

void check_sharppad(std::string_view text) {
  if (const auto run = leash::http::parse_sharppad_run(text)) {
    require(!run->files.empty(), "there is a file");
    const auto is_entry = [&](const auto& file) { return file.path == run->entry; };
    require(std::any_of(run->files.begin(), run->files.end(), is_entry), "the entry is one");
    for (const auto& file : run->files) {
      require(leash::protocol::is_clean_path(file.path), "paths stay below their folder");
    }
    require(run->session_id.empty() || leash::service::is_key(run->session_id), "ids are keys");
    static_cast<void>(leash::http::sharppad_obstacle(*run, true));
    static_cast<void>(leash::http::sharppad_obstacle(*run, false));
  }
  if (const auto session = leash::http::parse_sharppad_session(text)) {
    require(session->session_id.empty() || leash::service::is_key(session->session_id),
            "ids are keys");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = leash::fuzz::text_of(data, size);
  check_flow_body(text);
  check_flow_outcome(text);
  check_sharppad(text);
  require(leash::http::sharppad_text(text).stopped().size() > 5, "any Accept-Language will do");
  return 0;
}
