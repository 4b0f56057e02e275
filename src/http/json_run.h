#pragma once

#include <cstdint>
#include <string>

#include "run/event.h"
#include "run/outcome.h"
#include "service/service.h"

namespace leash::http {

/// How the bytes of a run's output stand in JSON.
struct OutputText {
  bool base64 = false;  ///< Some of it is not UTF-8, and all of it is base64.
  bool lossy = false;   ///< Some of it was not UTF-8, and U+FFFD stands there.
};
/// The rule for output of which is known whether all of it is UTF-8.
[[nodiscard]] OutputText output_text(service::TextEncoding encoding, bool all_utf8);

/// The members `"encoding":…` and, where something was lost, `"lossy":true`.
void append_encoding(std::string& out, OutputText text);
/// Bytes as a JSON string by that rule.
void append_output(std::string& out, std::string_view bytes, OutputText text);

enum class WithOutput : std::uint8_t { kNo, kYes };

/// The members of the Run object of api.md, in its order, without the braces.
void append_run_members(std::string& out, const service::Record& record,
                        const run::RunSnapshot& snapshot, WithOutput with_output);
/// The Run object as it is now.
void append_run(std::string& out, const service::Record& record, WithOutput with_output);

/// The members of the `compile` object.
void append_compile_members(std::string& out, const run::CompileReport& report);

/// The answer to a stop.
void append_stop_answer(std::string& out, const service::StopAnswer& answer);

}  // namespace leash::http
