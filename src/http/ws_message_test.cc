#include "http/ws_message.h"

#include <gtest/gtest.h>

#include <csignal>

namespace leash::http {
namespace {

template <typename T>
T parsed(std::string_view text) {
  auto message = parse_ws_message(text);
  EXPECT_TRUE(message.has_value()) << text;
  EXPECT_TRUE(message && std::holds_alternative<T>(*message)) << text;
  return message && std::holds_alternative<T>(*message) ? std::get<T>(*message) : T{};
}

TEST(WsMessage, ReadsEachType) {
  EXPECT_EQ(parsed<WsStdin>(R"({"type":"stdin","data":"äb\n"})").bytes, "äb\n");
  EXPECT_EQ(parsed<WsStdin>(R"({"type":"stdin","data":"","encoding":"utf8"})").bytes, "");
  EXPECT_EQ(parsed<WsStdin>(R"({"encoding":"base64","data":"/wA=","type":"stdin"})").bytes,
            std::string("\xff\0", 2));
  parsed<WsEof>(R"({"type":"eof"})");
  EXPECT_EQ(parsed<WsStop>(R"({"type":"stop"})").grace.count(), 0);
  EXPECT_EQ(parsed<WsStop>(R"({"type":"stop","grace_ms":250})").grace.count(), 250);
  EXPECT_EQ(parsed<WsSignal>(R"({"type":"signal","signal":"SIGINT"})").number, SIGINT);
  EXPECT_EQ(parsed<WsSignal>(R"({"type":"signal","signal":"SIGTERM"})").number, SIGTERM);
}

TEST(WsMessage, NamesTheFieldAtFault) {
  struct Case {
    std::string_view text;
    std::string_view code;
    std::string_view field;
  };
  for (const Case& expected : {
           Case{"", "invalid_json", ""},
           Case{"{", "invalid_json", ""},
           Case{R"({"type":"eof"} x)", "invalid_json", ""},
           Case{R"({"type":"eof","type":"stop"})", "invalid_json", ""},
           Case{"[]", "invalid_shape", ""},
           Case{"{}", "invalid_shape", "type"},
           Case{R"({"type":1})", "invalid_shape", "type"},
           Case{R"({"type":"kill"})", "invalid_value", "type"},
           Case{R"({"type":"eof","data":"x"})", "unknown_field", "data"},
           Case{R"({"type":"stdin"})", "invalid_shape", "data"},
           Case{R"({"type":"stdin","data":null})", "invalid_shape", "data"},
           Case{R"({"type":"stdin","data":7})", "invalid_shape", "data"},
           Case{R"({"type":"stdin","data":"x","encoding":"latin1"})", "invalid_value", "encoding"},
           Case{R"({"type":"stdin","data":"*","encoding":"base64"})", "invalid_value", "data"},
           Case{R"({"type":"stop","grace_ms":-1})", "invalid_value", "grace_ms"},
           Case{R"({"type":"stop","grace_ms":60001})", "invalid_value", "grace_ms"},
           Case{R"({"type":"signal"})", "invalid_shape", "signal"},
           Case{R"({"type":"signal","signal":2})", "invalid_shape", "signal"},
           Case{R"({"type":"signal","signal":"INT"})", "invalid_value", "signal"},
           Case{R"({"type":"signal","signal":"SIGNONE"})", "invalid_value", "signal"},
       }) {
    const auto message = parse_ws_message(expected.text);
    ASSERT_FALSE(message.has_value()) << expected.text;
    EXPECT_EQ(service::to_string(message.error().code), expected.code) << expected.text;
    EXPECT_EQ(message.error().field, expected.field) << expected.text;
  }
}

TEST(WsMessage, AnErrorIsOneObject) {
  std::string out;
  append_ws_error(out, {.code = service::ProblemCode::kInvalidValue,
                        .detail = "it is not \"base64\"",
                        .field = "data"});
  EXPECT_EQ(out, R"({"type":"error","code":"invalid_value",)"
                 R"("detail":"it is not \"base64\"","field":"data"})");
  out.clear();
  append_ws_error(out, {.code = service::ProblemCode::kConflict, .detail = "no"});
  EXPECT_EQ(out, R"({"type":"error","code":"conflict","detail":"no","field":null})");
}

}  // namespace
}  // namespace leash::http
