#include "service/run_request.h"

#include <gtest/gtest.h>

#include "service/fake_catalog.h"

namespace leash::service {
namespace {

using base::Millis;

RunRequest good() {
  return {.language = "toy", .code = "1"};
}

Checked<CheckedRequest> check_it(RunRequest request, AnswerMode mode = AnswerMode::kJson) {
  return check(std::move(request), mode, *fake_catalog(), Maxima());
}

/// "code@field", or "ok".
std::string verdict(RunRequest request) {
  const auto checked = check_it(std::move(request));
  if (checked) return "ok";
  return std::string(to_string(checked.error().code)) + "@" + checked.error().field;
}

template <typename F>
std::string verdict_with(F change) {
  RunRequest request = good();
  change(request);
  return verdict(std::move(request));
}

TEST(CheckTest, LanguageByIdAndAlias) {
  EXPECT_EQ(check_it({.language = "TOY", .code = "1"})->spec.language, "toy");
  EXPECT_EQ(check_it({.language = "t", .code = "1"})->spec.language, "toy");
  EXPECT_EQ(verdict({.language = "nope", .code = "1"}), "unknown_language@language");
  EXPECT_EQ(verdict({.language = "", .code = "1"}), "unknown_language@language");
}

TEST(CheckTest, WholeRequestReachesTheSpec) {
  RunRequest request = good();
  request.args = {"a", ""};
  request.env = {{"X", "1"}};
  request.limits = {{"wall_ms", 5}};
  request.compile_limits = {{"wall_ms", 6}};
  request.on_output_limit = run::OnOutputLimit::kStop;
  request.key = "tab-1";
  request.keep = false;
  request.encoding = TextEncoding::kUtf8Lossy;
  request.disconnect_grace = Millis(7);
  const auto checked = check_it(request);
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->spec.command, run::Command::kProgram);
  EXPECT_EQ(checked->spec.entry, "main.toy");
  EXPECT_EQ(checked->spec.args, request.args);
  EXPECT_EQ(checked->spec.env, request.env);
  EXPECT_EQ(checked->spec.limits.wall, Millis(5));
  EXPECT_EQ(checked->spec.compile_limits.wall, Millis(6));
  EXPECT_EQ(checked->spec.on_output_limit, run::OnOutputLimit::kStop);
  EXPECT_EQ(checked->policy.key, "tab-1");
  EXPECT_FALSE(checked->policy.keep);
  EXPECT_EQ(checked->policy.encoding, TextEncoding::kUtf8Lossy);
  EXPECT_EQ(checked->policy.disconnect_grace, Millis(7));
}

TEST(CheckTest, StdinAbsentIsOpenOnlyWhereItCanStillCome) {
  EXPECT_FALSE(check_it(good(), AnswerMode::kJson)->spec.stdin_open);
  EXPECT_TRUE(check_it(good(), AnswerMode::kStream)->spec.stdin_open);
  EXPECT_TRUE(check_it(good(), AnswerMode::kAsync)->spec.stdin_open);
}

TEST(CheckTest, StdinGivenIsWrittenAndClosedEvenIfEmpty) {
  for (const auto mode : {AnswerMode::kJson, AnswerMode::kStream, AnswerMode::kAsync}) {
    RunRequest request = good();
    request.stdin_data = "";
    EXPECT_FALSE(check_it(request, mode)->spec.stdin_open);
    request.stdin_data = "abc";
    EXPECT_EQ(check_it(request, mode)->spec.stdin_data, "abc");
    EXPECT_FALSE(check_it(request, mode)->spec.stdin_open);
  }
}

TEST(CheckTest, AsyncRunsAreDetachedUnlessTheySayOtherwise) {
  EXPECT_EQ(check_it(good(), AnswerMode::kJson)->policy.on_disconnect, OnDisconnect::kStop);
  EXPECT_EQ(check_it(good(), AnswerMode::kStream)->policy.on_disconnect, OnDisconnect::kStop);
  EXPECT_EQ(check_it(good(), AnswerMode::kAsync)->policy.on_disconnect, OnDisconnect::kDetach);
  RunRequest request = good();
  request.on_disconnect = OnDisconnect::kStop;
  EXPECT_EQ(check_it(request, AnswerMode::kAsync)->policy.on_disconnect, OnDisconnect::kStop);
  request.on_disconnect = OnDisconnect::kDetach;
  EXPECT_EQ(check_it(request, AnswerMode::kJson)->policy.on_disconnect, OnDisconnect::kDetach);
}

TEST(CheckTest, Key) {
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.key = "ok.1"; }), "ok");
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.key = ""; }), "invalid_value@key");
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.key = "a/b"; }), "invalid_value@key");
}

TEST(CheckTest, DisconnectGraceIsAtMostAnHour) {
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.disconnect_grace = Millis(3'600'000); }), "ok");
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.disconnect_grace = Millis(3'600'001); }),
            "invalid_value@disconnect_grace_ms");
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.disconnect_grace = Millis(-1); }),
            "invalid_value@disconnect_grace_ms");
}

TEST(CheckTest, ArgsHoldNoNul) {
  EXPECT_EQ(verdict_with([](RunRequest& r) {
              r.args = {"fine", std::string("a\0b", 3)};
            }),
            "invalid_value@args[1]");
}

TEST(CheckTest, Environment) {
  const auto with_env = [](std::vector<std::pair<std::string, std::string>> env) {
    return verdict_with([&](RunRequest& r) { r.env = std::move(env); });
  };
  EXPECT_EQ(with_env({{"A", "1"}, {"_b2", ""}}), "ok");
  EXPECT_EQ(with_env({{"", "1"}}), "invalid_value@env");
  EXPECT_EQ(with_env({{"A=B", "1"}}), "invalid_value@env");
  EXPECT_EQ(with_env({{"A", "1"}, {"A", "2"}}), "invalid_value@env.A");
  EXPECT_EQ(with_env({{"A", std::string("\0", 1)}}), "invalid_value@env.A");
  EXPECT_EQ(with_env({{"LD_PRELOAD", "/x.so"}}), "invalid_value@env.LD_PRELOAD");
}

TEST(CheckTest, ArgsAndEnvAreBoundedTogether) {
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.args = {std::string(131'071, 'x')}; }), "ok");
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.args = {std::string(131'072, 'x')}; }),
            "too_large@args");
  EXPECT_EQ(verdict_with([](RunRequest& r) {
              r.args = {std::string(131'071, 'x')};
              r.env = {{"A", ""}};
            }),
            "too_large@env");
}

TEST(CheckTest, NoMoreArgsThanAJobCanHold) {
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.args.assign(4096, ""); }), "ok");
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.args.assign(4097, ""); }), "too_large@args");
}

TEST(CheckTest, LimitsAreChecked) {
  EXPECT_EQ(verdict_with([](RunRequest& r) {
              r.limits = {{"wall_ms", 300'001}};
            }),
            "limit_too_high@limits.wall_ms");
  EXPECT_EQ(verdict_with([](RunRequest& r) {
              r.compile_limits = {{"x", 1}};
            }),
            "unknown_field@compile_limits.x");
}

TEST(CheckTest, DiskMustHoldTheFiles) {
  EXPECT_EQ(verdict_with([](RunRequest& r) {
              r.code = std::string(8192, ' ');
              r.limits = {{"disk_bytes", 8192}};
            }),
            "ok");
  EXPECT_EQ(verdict_with([](RunRequest& r) {
              r.code = std::string(8193, ' ');
              r.limits = {{"disk_bytes", 8192}};
            }),
            "too_large@limits.disk_bytes");
  EXPECT_EQ(verdict_with([](RunRequest& r) { r.limits = {{"disk_bytes", 1}}; }), "ok");
}

TEST(CheckTest, FilesAreChecked) {
  EXPECT_EQ(verdict({.language = "toy"}), "invalid_shape@code");
  EXPECT_EQ(verdict({.language = "toy", .files = {{.path = "../x", .content = ""}}}),
            "invalid_value@files[0].path");
}

TEST(CheckTest, MessagesRepeatNothingDangerous) {
  const auto checked = check_it({.language = "\x1b[31mred", .code = "1"});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().detail, "there is no language '\\x1b[31mred'");
}

}  // namespace
}  // namespace leash::service
