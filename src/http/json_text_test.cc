#include "http/json_text.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace leash::http {
namespace {

std::string json_of(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string ms(std::int64_t micros) {
  std::string out;
  append_json_ms(out, base::Micros(micros));
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

TEST(JsonText, EscapesWhatJsonNeedsAndNothingElse) {
  EXPECT_EQ(json_of(""), R"("")");
  EXPECT_EQ(json_of("a\"b\\c\n\r\t/"), R"("a\"b\\c\n\r\t/")");
  EXPECT_EQ(json_of(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(json_of("caf\xc3\xa9 \xe2\x80\xa8"), "\"caf\xc3\xa9 \xe2\x80\xa8\"");
}

TEST(JsonText, IsReadBackByAParserAtEveryOffset) {
  for (int c = 0; c < 0x80; ++c) {
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = static_cast<char>(c);
      const auto parsed = boost::json::parse(json_of(text));
      ASSERT_EQ(parsed.as_string(), boost::json::string_view(text.data(), text.size()));
    }
  }
}

TEST(JsonText, ReplacesWhatIsNotUtf8WhereAskedTo) {
  std::string out;
  append_json_string_lossy(out, "a\xff");
  EXPECT_EQ(out, "\"a\xef\xbf\xbd\"");
}

TEST(JsonText, WritesMillisecondsShortly) {
  EXPECT_EQ(ms(0), "0.0");
  EXPECT_EQ(ms(400), "0.4");
  EXPECT_EQ(ms(1250), "1.25");
  EXPECT_EQ(ms(1005), "1.005");
  EXPECT_EQ(ms(300'000'000), "300000.0");
  EXPECT_EQ(ms(-5), "0.0");
}

TEST(JsonText, EncodesAndDecodesBase64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    EXPECT_EQ(decode_base64(base64(bytes)), bytes);
  }
  for (const std::string_view bad : {"Z", "Zg=", "Zg", "Zh==", "Zm9=", "=Zg=", "Z===", "Zg= =",
                                     "Zg\n==", "====", "Zm-_", "Zg==Zg=="}) {
    EXPECT_EQ(decode_base64(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace leash::http
