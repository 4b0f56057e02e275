#include "cli/client/stop_answer.h"

#include <fmt/format.h>

#include "cli/client/json_field.h"
#include "cli/text/table.h"
#include "cli/text/units.h"

namespace leash::cli {
namespace json = boost::json;
namespace {

std::string micros(const json::object& proof, std::string_view name) {
  return show_duration(base::Micros(static_cast<std::int64_t>(count_field(proof, name))));
}

}  // namespace

StopText describe_stop(const json::object& answer) {
  StopText text;
  const std::string id = text_field(answer, "id");
  const auto* proof = object_field(answer, "proof");
  text.ended = proof != nullptr && flag_field(*proof, "empty");
  if (!text.ended) {
    const std::uint64_t remaining = proof == nullptr ? 0 : count_field(*proof, "remaining");
    text.line = fmt::format("{}: not confirmed: {} processes are still there", id, remaining);
  } else if (flag_field(answer, "stopped")) {
    const std::uint64_t killed = count_field(*proof, "processes_killed");
    text.line = fmt::format("{}: stopped: {} {} killed, signal after {}, empty after {}", id,
                            killed, killed == 1 ? "process" : "processes",
                            micros(*proof, "signal_us"), micros(*proof, "empty_us"));
  } else {
    text.line = fmt::format("{}: had ended before: {} ({})", id, text_field(answer, "status"),
                            text_field(answer, "cause"));
  }
  text.line = printable(std::move(text.line));
  return text;
}

}  // namespace leash::cli
