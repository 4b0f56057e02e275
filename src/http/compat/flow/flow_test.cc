// Flow-CodeBlock's request, answer and outcome.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <string>

#include "http/compat/flow/flow_answer.h"
#include "http/compat/flow/flow_outcome.h"
#include "http/json_text.h"

namespace leash::http {
namespace {

using run::Cause;

std::string coded(std::string_view code) {
  std::string text;
  append_base64(text, code);
  return text;
}

std::string problem_of(std::string_view body) {
  const auto parsed = parse_flow_request(body);
  const auto* error = std::get_if<FlowError>(&parsed);
  if (error == nullptr) return "";
  EXPECT_EQ(error->type, "ValidationError");
  return error->message;
}

std::string type_of(const run::RunSnapshot& snapshot, std::string_view printed = {}) {
  const auto outcome = read_flow_outcome(snapshot, printed, base::Millis(3'000));
  const auto* error = std::get_if<FlowError>(&outcome);
  return error == nullptr ? std::get<std::string>(outcome) : error->type;
}

run::RunSnapshot ended(Cause cause) {
  run::RunSnapshot snapshot;
  snapshot.cause = cause;
  if (cause == Cause::kExit) snapshot.exit = run::ProgramExit{};
  return snapshot;
}

TEST(FlowRequest, IsAnObjectAndAFunctionBody) {
  const auto parsed =
      parse_flow_request(R"({"input":{"x":[1]},"codebase64":")" + coded("return 1") + R"("})");
  ASSERT_TRUE(std::holds_alternative<FlowRequest>(parsed));
  EXPECT_EQ(std::get<FlowRequest>(parsed).code, "return 1");
  EXPECT_EQ(std::get<FlowRequest>(parsed).input, R"({"x":[1]})");
}

TEST(FlowRequest, WhatIsWrongIsAValidationErrorThatNamesIt) {
  const std::string good = R"(,"codebase64":")" + coded("return 1") + R"("})";
  EXPECT_NE(problem_of("{").find("请求参数错误"), std::string::npos);
  EXPECT_NE(problem_of("[]").find("对象"), std::string::npos);
  EXPECT_NE(problem_of(R"({"inputs":{})" + good).find("input"), std::string::npos);
  EXPECT_NE(problem_of(R"({"input":[])" + good).find("input"), std::string::npos);
  EXPECT_NE(problem_of(R"({"input":{}})").find("codebase64"), std::string::npos);
  EXPECT_NE(problem_of(R"({"input":{},"codebase64":""})").find("codebase64"), std::string::npos);
  EXPECT_EQ(problem_of(R"({"input":{},"codebase64":"%%%%"})"), "代码Base64解码失败");
  const std::string longest = "return 1" + std::string(kFlowMaxCode - 8, ' ');
  const auto with = [](const std::string& code) {
    return R"({"input":{},"codebase64":")" + coded(code) + R"("})";
  };
  EXPECT_EQ(problem_of(with(longest)), "");
  EXPECT_NE(problem_of(with(longest + " ")).find("65535"), std::string::npos);
}

TEST(FlowOutcome, R38_DurationsAreAsGoPrintsThem) {
  EXPECT_EQ(go_duration(base::Millis(3'000)), "3s");
  EXPECT_EQ(go_duration(base::Millis(300'000)), "5m0s");
  EXPECT_EQ(go_duration(base::Millis(3'600'000)), "1h0m0s");
  EXPECT_EQ(go_duration(base::Millis(1'500)), "1.5s");
  EXPECT_EQ(go_duration(base::Millis(61'050)), "1m1.05s");
  EXPECT_EQ(go_duration(base::Millis(250)), "250ms");
  EXPECT_EQ(go_duration(base::Millis(0)), "0s");
  EXPECT_EQ(flow_timeout(base::Millis(3'000)).message, "代码执行超时 (3s)");
}

TEST(FlowOutcome, EachCauseHasItsType) {
  EXPECT_EQ(type_of(ended(Cause::kWallLimit), "result\n1"), "TimeoutError");
  EXPECT_EQ(type_of(ended(Cause::kQueueLimit)), "ConcurrencyError");
  EXPECT_EQ(type_of(ended(Cause::kStop)), "CancelledError");
  EXPECT_EQ(type_of(ended(Cause::kShutdown)), "ServiceUnavailableError");
  EXPECT_EQ(type_of(ended(Cause::kSetupError)), "ServiceUnavailableError");
  EXPECT_EQ(type_of(ended(Cause::kMemoryLimit)), "RuntimeError");
}

TEST(FlowOutcome, WhatWasPrintedIsCheckedBeforeItIsPartOfAnAnswer) {
  const auto exit = ended(Cause::kExit);
  EXPECT_EQ(type_of(exit, "result\n{\"a\":1.50}"), "{\"a\":1.50}");
  EXPECT_EQ(type_of(exit, "result\n{\"a\":1},\"success\":true"), "ValidationError");
  EXPECT_EQ(type_of(exit, "result\n" + std::string(600, '[') + std::string(600, ']')),
            "ValidationError");
  EXPECT_EQ(type_of(exit, "result\n\"" + std::string(kFlowMaxResult, 'x') + "\""),
            "ValidationError");
  EXPECT_EQ(type_of(exit, R"(error
{"type":"TypeError","message":"m"})"),
            "TypeError");
  EXPECT_EQ(type_of(exit, "error\nnothing"), "RuntimeError");
  EXPECT_EQ(type_of(exit, ""), "RuntimeError");
  auto crashed = exit;
  crashed.exit = run::ProgramExit{.signaled = true, .code = 11};
  EXPECT_EQ(type_of(crashed, "result\n1"), "RuntimeError");
}

TEST(FlowOutcome, HalfASurrogatePairBecomesTheReplacementCharacter) {
  const auto exit = ended(Cause::kExit);
  const std::pair<const char*, const char*> cases[] = {
      {R"("\ud83d")", R"("\ufffd")"},
      {R"("a\uDE00b")", R"("a\ufffdb")"},
      {R"("\ud83d\ud83d\ude00")", R"("\ufffd\ud83d\ude00")"},
      {R"({"\udbff":["\udc00\ud800"]})", R"({"\ufffd":["\ufffd\ufffd"]})"},
      {R"("\\ud83d \u00e9 \ud7ff \n")", R"("\\ud83d \u00e9 \ud7ff \n")"},
  };
  for (const auto& [printed, expected] : cases) {
    EXPECT_EQ(type_of(exit, std::string("result\n") + printed), expected);
  }
  EXPECT_EQ(type_of(exit, "result\n\"\\ud8"), "ValidationError");
  EXPECT_EQ(type_of(exit, "result\n\"\\"), "ValidationError");
  EXPECT_EQ(type_of(exit, "error\n{\"type\":\"RangeError\",\"message\":\"\\ud83d\"}"),
            "RangeError");
}

TEST(FlowAnswer, R38_HasTheVendorsShape) {
  const Response answer = flow_failure(flow_timeout(base::Millis(3'000)), base::Millis(3'001), {});
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(answer.body.starts_with(
      R"~({"success":false,"error":{"type":"TimeoutError","message":"代码执行超时 (3s)"},)~"
      R"("timing":{"executionTime":3001,"totalTime":3001},"timestamp":"1970-01-01T)"))
      << answer.body;
  const Response good = flow_success(R"({"message":"OK","value":42})", base::Millis(5), {});
  const auto document = boost::json::parse(good.body);
  EXPECT_EQ(document.at("result").at("value").as_int64(), 42);
  EXPECT_EQ(document.at("timing").at("executionTime").as_int64(), 5);
  EXPECT_EQ(document.at("timing").at("totalTime").as_int64(), 5);
  EXPECT_EQ(document.at("executionId").as_string().size(), 16U);
}

TEST(FlowAnswer, RefusalsKeepHttpsOwnStatusesOnly) {
  using service::ProblemCode;
  EXPECT_EQ(flow_problem({.code = ProblemCode::kUnauthorized}, {}).status, 401);
  EXPECT_EQ(flow_problem({.code = ProblemCode::kTooLarge}, {}).status, 413);
  EXPECT_EQ(flow_problem({.code = ProblemCode::kUnavailable}, {}).status, 400);
  const Response full = flow_problem({.code = ProblemCode::kTooMany, .retry_after_s = 2}, {});
  EXPECT_EQ(full.status, 400);
  EXPECT_NE(full.body.find("ConcurrencyError"), std::string::npos);
  EXPECT_EQ(full.headers.at(0).second, "2");
}

TEST(FlowAnswer, TimesAreLocal) {
  ::setenv("TZ", "Asia/Shanghai", 1);
  ::tzset();
  EXPECT_EQ(flow_timestamp(base::WallTime(std::chrono::seconds(1'759'595'953))),
            "2025-10-05T00:39:13+08:00");
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  EXPECT_EQ(flow_timestamp(base::WallTime(std::chrono::seconds(1'759'595'953))),
            "2025-10-04T16:39:13Z");
}

}  // namespace
}  // namespace leash::http
