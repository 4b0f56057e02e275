#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/units.h"
#include "service/run_request.h"

namespace leash::http {

/// What a client says over a WebSocket (api.md, "/ws"). Plain values.
struct WsStdin {
  std::string bytes;
};
struct WsEof {};
struct WsStop {
  base::Millis grace{0};
};
struct WsSignal {
  int number = 0;
};
using WsMessage = std::variant<WsStdin, WsEof, WsStop, WsSignal>;

/// One text message: a JSON object with a `type`, and strictly the members of that type.
[[nodiscard]] service::Checked<WsMessage> parse_ws_message(std::string_view text);

/// The answer to a message that was refused: one JSON object of type `error`, without a seq, since
/// it is no event of the run.
void append_ws_error(std::string& out, const service::Problem& problem);

}  // namespace leash::http
