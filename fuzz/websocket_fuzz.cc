// Messages that a client sends over a WebSocket.
#include "base/utf8.h"
#include "fuzz/check.h"
#include "http/strict_json.h"
#include "http/ws_message.h"

using leash::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = leash::fuzz::text_of(data, size);
  const auto message = leash::http::parse_ws_message(text);
  if (!message) {
    std::string answer;
    leash::http::append_ws_error(answer, message.error());
    require(answer.find('\n') == std::string::npos, "an error is one line");
    const auto read = leash::http::parse_strict_json(answer);
    require(read && read->is_object() && read->get_object().size() == 4, "an error is an object");
    require(read->get_object().at("type") == "error", "and says so");
    return 0;
  }
  if (const auto* stdin_data = std::get_if<leash::http::WsStdin>(&*message)) {
    require(stdin_data->bytes.size() <= size, "no more bytes than were sent");
  } else if (const auto* stop = std::get_if<leash::http::WsStop>(&*message)) {
    require(stop->grace.count() >= 0 && stop->grace.count() <= 60'000, "a grace is bounded");
  } else if (const auto* signal = std::get_if<leash::http::WsSignal>(&*message)) {
    require(signal->number >= 1 && signal->number <= 31, "a signal that has a name");
  }
  return 0;
}
