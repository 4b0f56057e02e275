// SharpPad's requests, events, messages and early stops.
#include <gtest/gtest.h>

#include "http/compat/sharppad/early_stops.h"
#include "http/compat/sharppad/sharppad_events.h"
#include "http/compat/sharppad/sharppad_request.h"
#include "http/compat/sharppad/sharppad_text.h"

namespace leash::http {
namespace {

using run::Cause;
using std::chrono::milliseconds;

TEST(SharpPadRequest, R31_TakesOneSourceOrFilesAndPassesOverTheRest) {
  const auto one =
      parse_sharppad_run(R"({"SourceCode":"class A{}","Packages":[],"LanguageVersion":2147483647,)"
                         R"("BreakpointLines":[1],"SessionId":null})");
  ASSERT_TRUE(one) << one.error().detail;
  EXPECT_EQ(one->files.at(0).path, "Program.cs");
  EXPECT_EQ(one->files.at(0).content, "class A{}");
  EXPECT_EQ(one->session_id, "");
  const auto many = parse_sharppad_run(
      R"({"files":[{"fileName":"A.cs","content":"a"},{"FILENAME":"B.cs","IsEntry":true}],)"
      R"("sourceCode":"x","sessionId":"session_1_abc","projectType":"WebApi"})");
  ASSERT_TRUE(many) << many.error().detail;
  EXPECT_EQ(many->files.size(), 2U);
  EXPECT_EQ(many->entry, "B.cs");
  EXPECT_EQ(many->session_id, "session_1_abc");
  EXPECT_EQ(many->project_type, "webapi");
}

TEST(SharpPadRequest, WhatIsWrongIs400WithTheFieldNamed) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"[]", ""},
      {R"({"SourceCode":1})", "SourceCode"},
      {R"({"Files":{}})", "Files"},
      {R"({"Files":[1]})", "Files[0]"},
      {R"({"Files":[{"FileName":"../x.cs"}]})", "Files[0].FileName"},
      {R"({"Files":[{"FileName":"A.cs","IsEntry":1}]})", "Files[0].IsEntry"},
      {R"({"Packages":[{"Id":3}]})", "Packages[0].Id"},
      {R"({"SessionId":"a b"})", "SessionId"},
      {R"({"LanguageVersion":"latest"})", "LanguageVersion"}};
  for (const auto& [body, field] : wrong) {
    const auto run = parse_sharppad_run(body);
    ASSERT_FALSE(run) << body;
    EXPECT_EQ(run.error().field, field) << body;
    EXPECT_EQ(service::http_status(run.error().code), 400) << body;
  }
}

TEST(SharpPadRequest, R18_TheLengthOfASessionIdIsBounded) {
  const auto with = [](std::size_t length) {
    return R"({"SessionId":")" + std::string(length, 'x') + R"("})";
  };
  EXPECT_TRUE(parse_sharppad_session(with(128)));
  EXPECT_FALSE(parse_sharppad_session(with(129)));
}

TEST(SharpPadRequest, ProjectTypesAreReadAsTheOriginalDoes) {
  EXPECT_EQ(normalize_project_type(""), "console");
  EXPECT_EQ(normalize_project_type("Console App"), "console");
  EXPECT_EQ(normalize_project_type("Windows-Forms"), "winforms");
  EXPECT_EQ(normalize_project_type("ASP.NET Core"), "webapi");
  EXPECT_EQ(normalize_project_type("web"), "webapi");
  EXPECT_EQ(normalize_project_type("Avalonia"), "avalonia");
}

TEST(SharpPadEvents, EveryLineIsDataAndJson) {
  const SharpPadEvents events{SharpPadText{}};
  std::string out;
  events.append(out, {}, {.body = run::QueuedEvent{}});
  events.append(out, {}, {.body = run::OutputEvent{.data = "a\n\"b\""}});
  events.append(out, {}, {.body = run::OutputEvent{.stream = run::Stream::kStderr, .data = "e"}});
  events.append(out, {}, {.body = run::StoppingEvent{}});
  EXPECT_EQ(out,
            "data: {\"type\":\"output\",\"content\":\"a\\n\\\"b\\\"\"}\n\n"
            "data: {\"type\":\"error\",\"content\":\"e\"}\n\n");
}

std::string end_of(const run::RunSnapshot& snapshot, SharpPadText text = {}) {
  std::string out;
  const auto end = std::make_shared<const run::RunSnapshot>(snapshot);
  SharpPadEvents(text).append(out, {}, {.body = run::FinishedEvent{.snapshot = end}});
  return out;
}

TEST(SharpPadEvents, R26_ACancelledRunSaysSoAndIsCompleted) {
  run::RunSnapshot stopped;
  stopped.cause = Cause::kStop;
  EXPECT_EQ(end_of(stopped),
            "data: {\"type\":\"error\",\"content\":\"代码执行已被取消\"}\n\n"
            "data: {\"type\":\"completed\",\"result\":{\"Output\":\"\",\"Error\":"
            "\"代码执行已被取消\"}}\n\n");
  stopped.cause = Cause::kReplaced;
  EXPECT_NE(end_of(stopped).find("代码执行已被取消"), std::string::npos);
  EXPECT_NE(end_of(stopped, {.english = true}).find("was cancelled"), std::string::npos);
  stopped.cause = Cause::kWallLimit;
  EXPECT_NE(end_of(stopped).find("代码执行超时 (10s)"), std::string::npos);
}

TEST(SharpPadEvents, AnExitIsCompletedWithItsCodeUnlessAnExceptionWasTold) {
  const std::string clean =
      "data: {\"type\":\"completed\",\"result\":{\"Output\":\"\",\"Error\":\"\"}}\n\n";
  run::RunSnapshot ended;
  ended.cause = Cause::kExit;
  ended.exit = run::ProgramExit{};
  EXPECT_EQ(end_of(ended), clean);
  ended.exit->code = kUnhandledException;
  EXPECT_EQ(end_of(ended), clean);
  ended.exit->code = 3;
  EXPECT_NE(end_of(ended, {.english = true}).find("exited with code 3\"}}"), std::string::npos);
}

TEST(SharpPadEvents, DiagnosticsAreOneErrorEach) {
  std::string out;
  append_sharppad_diagnostics(
      out, {.stderr_data = "./A.cs(3,5): error CS1002: ; expected\n"
                           "B.cs(1,1): warning CS0168: unused\n"
                           "error CS5001: no Main\nCompilation failed: 2 error(s), 1 warnings\n"});
  EXPECT_EQ(out,
            "data: {\"type\":\"error\",\"content\":\"[A.cs:3] ; expected\"}\n\n"
            "data: {\"type\":\"error\",\"content\":\"[unknown:1] no Main\"}\n\n");
  out.clear();
  append_sharppad_diagnostics(out, {.stderr_data = "the compiler broke"});
  EXPECT_EQ(out, "data: {\"type\":\"error\",\"content\":\"the compiler broke\"}\n\n");
}

TEST(SharpPadText, R28_FollowsAcceptLanguage) {
  for (const char* english : {"en", "en-US,en;q=0.9", "fr,en;q=0.5,zh;q=0.2"}) {
    EXPECT_TRUE(sharppad_text(english).english) << english;
  }
  for (const char* chinese :
       {"", "zh-CN", "fr", "*", "zh,en;q=0.8", "en;q=0.2, zh;q=0.7", "en;q=0"}) {
    EXPECT_FALSE(sharppad_text(chinese).english) << chinese;
  }
}

TEST(EarlyStops, OneThatIsAtMostASecondOldEndsItsRun) {
  EarlyStops stops;
  const base::TimePoint now{std::chrono::hours(1)};
  stops.missed("t", "a", now);
  EXPECT_FALSE(stops.begins("u", "a", now));
  EXPECT_TRUE(stops.begins("t", "a", now + milliseconds(900)));
  EXPECT_FALSE(stops.begins("t", "a", now + milliseconds(901)));
  stops.missed("t", "b", now);
  EXPECT_FALSE(stops.begins("t", "b", now + milliseconds(1100)));
}

TEST(EarlyStops, R14_ALateStopDoesNotEndTheNextRunWithItsId) {
  EarlyStops stops;
  const base::TimePoint now{std::chrono::hours(1)};
  EXPECT_FALSE(stops.begins("t", "a", now));
  stops.missed("t", "a", now);
  EXPECT_FALSE(stops.begins("t", "a", now + milliseconds(1)));
}

TEST(EarlyStops, AreBounded) {
  EarlyStops stops;
  const base::TimePoint now{std::chrono::hours(1)};
  for (std::size_t i = 0; i <= EarlyStops::kMost; ++i) stops.missed("t", std::to_string(i), now);
  EXPECT_FALSE(stops.begins("t", "0", now));
  EXPECT_TRUE(stops.begins("t", "1", now));
}

}  // namespace
}  // namespace leash::http
