#include "http/json_request.h"

#include <gtest/gtest.h>

#include <vector>

namespace leash::http {
namespace {

using service::ProblemCode;

TEST(JsonRequest, ReadsEveryField) {
  const auto request = parse_run_request(R"({
    "language":"python","files":[{"path":"main.py","content":"print 1"},
      {"path":"b.bin","content":"AP8=","encoding":"base64"}],"entry":"main.py",
    "args":["a","b"],"env":{"X":"y"},"stdin":"in",
    "limits":{"wall_ms":5000,"cpu_ms":null},"compile_limits":{"memory_bytes":1000000},
    "on_output_limit":"stop","on_disconnect":"detach","disconnect_grace_ms":250,
    "encoding":"utf8","key":"tab-1","keep":false})");
  ASSERT_TRUE(request.has_value()) << request.error().detail;
  EXPECT_EQ(request->language, "python");
  EXPECT_FALSE(request->code);
  ASSERT_EQ(request->files.size(), 2U);
  EXPECT_EQ(request->files[0].content, "print 1");
  EXPECT_EQ(request->files[1].content, std::string("\0\xff", 2));
  EXPECT_EQ(request->entry, "main.py");
  EXPECT_EQ(request->args, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(request->env.at(0).second, "y");
  EXPECT_EQ(request->stdin_data, "in");
  EXPECT_EQ(request->limits.at("wall_ms"), 5000U);
  EXPECT_EQ(request->limits.at("cpu_ms"), std::nullopt);
  EXPECT_EQ(request->compile_limits.at("memory_bytes"), 1'000'000U);
  EXPECT_EQ(request->on_output_limit, run::OnOutputLimit::kStop);
  EXPECT_EQ(request->on_disconnect, service::OnDisconnect::kDetach);
  EXPECT_EQ(request->disconnect_grace, base::Millis(250));
  EXPECT_EQ(request->encoding, service::TextEncoding::kUtf8Lossy);
  EXPECT_EQ(request->key, "tab-1");
  EXPECT_FALSE(request->keep);
}

TEST(JsonRequest, TakesNullForAbsent) {
  const auto request = parse_run_request(
      R"({"language":"c","code":"","files":null,"entry":null,"args":null,"env":null,"stdin":null,
          "limits":null,"on_disconnect":null,"key":null,"keep":null})");
  ASSERT_TRUE(request.has_value()) << request.error().detail;
  EXPECT_EQ(request->code, "");
  EXPECT_FALSE(request->stdin_data);
  EXPECT_FALSE(request->on_disconnect);
  EXPECT_FALSE(request->key);
  EXPECT_TRUE(request->keep);
}

struct Bad {
  const char* body;
  ProblemCode code;
  const char* field;
};

TEST(JsonRequest, NamesTheFieldAtFault) {
  const Bad cases[] = {
      {"", ProblemCode::kInvalidJson, ""},
      {"[]", ProblemCode::kInvalidShape, ""},
      {"1", ProblemCode::kInvalidShape, ""},
      {"{}", ProblemCode::kInvalidShape, "language"},
      {R"({"language":null,"code":"x"})", ProblemCode::kInvalidShape, "language"},
      {R"({"language":7,"code":"x"})", ProblemCode::kInvalidShape, "language"},
      {R"({"language":"c"})", ProblemCode::kInvalidShape, "code"},
      {R"({"language":"c","code":["x"]})", ProblemCode::kInvalidShape, "code"},
      {R"({"language":"c","code":"x","kode":1})", ProblemCode::kUnknownField, "kode"},
      {R"({"language":"c","code":"x","":1})", ProblemCode::kUnknownField, ""},
      {R"({"language":"c","files":{}})", ProblemCode::kInvalidShape, "files"},
      {R"({"language":"c","files":[1]})", ProblemCode::kInvalidShape, "files[0]"},
      {R"({"language":"c","files":[{"path":"a"}]})", ProblemCode::kInvalidShape,
       "files[0].content"},
      {R"({"language":"c","files":[{"content":"a"}]})", ProblemCode::kInvalidShape,
       "files[0].path"},
      {R"({"language":"c","files":[{"path":"a","content":"b","mode":7}]})",
       ProblemCode::kUnknownField, "files[0].mode"},
      {R"({"language":"c","files":[{"path":"a","content":"b","encoding":"hex"}]})",
       ProblemCode::kInvalidValue, "files[0].encoding"},
      {R"({"language":"c","files":[{"path":"a","content":"b","encoding":"base64"}]})",
       ProblemCode::kInvalidValue, "files[0].content"},
      {R"({"language":"c","code":"x","args":"a"})", ProblemCode::kInvalidShape, "args"},
      {R"({"language":"c","code":"x","args":["a",1]})", ProblemCode::kInvalidShape, "args[1]"},
      {R"({"language":"c","code":"x","env":{"A":1}})", ProblemCode::kInvalidShape, "env.A"},
      {R"({"language":"c","code":"x","limits":{"wall_ms":"1"}})", ProblemCode::kInvalidShape,
       "limits.wall_ms"},
      {R"({"language":"c","code":"x","limits":{"wall_ms":1.5}})", ProblemCode::kInvalidShape,
       "limits.wall_ms"},
      {R"({"language":"c","code":"x","limits":{"wall_ms":-1}})", ProblemCode::kInvalidValue,
       "limits.wall_ms"},
      {R"({"language":"c","code":"x","on_disconnect":"run"})", ProblemCode::kInvalidValue,
       "on_disconnect"},
      {R"({"language":"c","code":"x","on_output_limit":1})", ProblemCode::kInvalidShape,
       "on_output_limit"},
      {R"({"language":"c","code":"x","encoding":"latin1"})", ProblemCode::kInvalidValue,
       "encoding"},
      {R"({"language":"c","code":"x","keep":"no"})", ProblemCode::kInvalidShape, "keep"},
      {R"({"language":"c","code":"x","code":"y"})", ProblemCode::kInvalidJson, ""},
  };
  for (const Bad& bad : cases) {
    const auto request = parse_run_request(bad.body);
    ASSERT_FALSE(request.has_value()) << bad.body;
    EXPECT_EQ(request.error().code, bad.code) << bad.body;
    EXPECT_EQ(request.error().field, bad.field) << bad.body;
  }
}

TEST(JsonRequest, WholeNumbersMayBeWrittenAsReals) {
  const auto limit = [](const std::string& text) {
    const auto request =
        parse_run_request(R"({"language":"c","code":"","limits":{"wall_ms":)" + text + "}}");
    return request ? request->limits.at("wall_ms") : std::nullopt;
  };
  EXPECT_EQ(limit("1.0"), 1U);
  EXPECT_EQ(limit("2e3"), 2000U);
  EXPECT_EQ(limit("-0.0"), 0U);
  // Past 64 bits: above every maximum.
  EXPECT_EQ(limit("18446744073709551616"), UINT64_MAX);
  EXPECT_EQ(limit("1e30"), UINT64_MAX);
  EXPECT_EQ(parse_stop_request(R"({"grace_ms":1e30})").error().code, ProblemCode::kInvalidValue);
  EXPECT_EQ(parse_stop_request(R"({"grace_ms":-1.0})").error().code, ProblemCode::kInvalidValue);
  EXPECT_EQ(parse_stop_request(R"({"grace_ms":0.5})").error().code, ProblemCode::kInvalidShape);
}

TEST(JsonRequest, ReadsAStop) {
  EXPECT_EQ(parse_stop_request("").value(), base::Millis(0));
  EXPECT_EQ(parse_stop_request("{}").value(), base::Millis(0));
  EXPECT_EQ(parse_stop_request(R"({"grace_ms":500})").value(), base::Millis(500));
  EXPECT_EQ(parse_stop_request(R"({"grace_ms":60001})").error().code, ProblemCode::kInvalidValue);
  EXPECT_EQ(parse_stop_request(R"({"grace_ms":"1"})").error().code, ProblemCode::kInvalidShape);
  EXPECT_EQ(parse_stop_request(R"({"grace":1})").error().code, ProblemCode::kUnknownField);
  EXPECT_EQ(parse_stop_request("x").error().code, ProblemCode::kInvalidJson);
}

}  // namespace
}  // namespace leash::http
