#include "http/json_run.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <vector>

#include "base/clock.h"

namespace leash::http {
namespace {

class JsonRunTest : public ::testing::Test {
 protected:
  JsonRunTest() {
    record_.run = std::make_shared<run::Run>(run::RunSpec{.language = "toy"},
                                             run::Run::Options{.id = "r_1"}, clock_);
    record_.run->queued(0);
  }
  void begin() {
    ASSERT_TRUE(record_.run->starting());
    record_.run->running("4.2");
  }
  boost::json::object shown(WithOutput with_output = WithOutput::kYes) const {
    std::string out;
    append_run(out, record_, with_output);
    return boost::json::parse(out).as_object();
  }

  base::ManualClock clock_;
  service::Record record_;
};

TEST_F(JsonRunTest, HasTheFieldsOfTheContractInItsOrder) {
  std::vector<std::string> names;
  for (const auto& member : shown()) {
    names.emplace_back(member.key().data(), member.key().size());
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{
                "id",      "key",        "language",   "version",          "state",
                "status",  "cause",      "phase",      "exit_code",        "signal",
                "stdout",  "stderr",     "encoding",   "stdout_truncated", "stderr_truncated",
                "compile", "result",     "files",      "timing",           "usage",
                "stop",    "created_at", "finished_at"}));
}

TEST_F(JsonRunTest, IsNullWhereNothingIsKnownYet) {
  const auto run = shown();
  EXPECT_EQ(run.at("state").as_string(), "queued");
  EXPECT_EQ(run.at("phase").as_string(), "queue");
  for (const char* name : {"key", "version", "status", "cause", "exit_code", "signal", "compile",
                           "result", "stop", "finished_at"}) {
    EXPECT_TRUE(run.at(name).is_null()) << name;
  }
  EXPECT_TRUE(run.at("files").as_array().empty());
}

TEST_F(JsonRunTest, ShowsHowAProgramEnded) {
  begin();
  record_.policy.key.emplace("tab-1");
  record_.run->output(run::Stream::kStdout, "caf\xc3\xa9\n", true);
  record_.run->cancel(run::Cause::kExit);
  record_.run->finish({.exit = run::ProgramExit{.signaled = true, .code = 11},
                       .stages = {.claim = base::Micros(1500), .empty = base::Micros(20)}});
  const auto run = shown();
  const auto& stages = run.at("timing").at("stages");
  EXPECT_DOUBLE_EQ(stages.at("claim_ms").as_double(), 1.5);
  EXPECT_TRUE(stages.at("first_byte_ms").is_null());
  EXPECT_DOUBLE_EQ(stages.at("empty_ms").as_double(), 0.02);
  EXPECT_EQ(run.at("key").as_string(), "tab-1");
  EXPECT_EQ(run.at("status").as_string(), "signaled");
  EXPECT_EQ(run.at("cause").as_string(), "exit");
  EXPECT_TRUE(run.at("exit_code").is_null());
  EXPECT_EQ(run.at("signal").as_string(), "SIGSEGV");
  EXPECT_EQ(run.at("stdout").as_string(), "caf\xc3\xa9\n");
  EXPECT_EQ(run.at("encoding").as_string(), "utf8");
  EXPECT_EQ(run.at("finished_at").as_string(), "1970-01-01T00:00:00.000Z");
  EXPECT_FALSE(shown(WithOutput::kNo).contains("stdout"));
  EXPECT_TRUE(shown(WithOutput::kNo).contains("encoding"));
}

TEST_F(JsonRunTest, BytesThatAreNoTextMakeBothStreamsBase64) {
  begin();
  record_.run->output(run::Stream::kStdout, "ok", true);
  record_.run->output(run::Stream::kStderr, "\xff", false);
  const auto run = shown();
  EXPECT_EQ(run.at("encoding").as_string(), "base64");
  EXPECT_EQ(run.at("stdout").as_string(), "b2s=");
  EXPECT_EQ(run.at("stderr").as_string(), "/w==");
  EXPECT_FALSE(run.contains("lossy"));
}

TEST_F(JsonRunTest, LossyTextIsFlagged) {
  begin();
  record_.policy.encoding = service::TextEncoding::kUtf8Lossy;
  EXPECT_FALSE(shown().contains("lossy"));
  record_.run->output(run::Stream::kStdout, "a\xff", false);
  const auto run = shown();
  EXPECT_EQ(run.at("encoding").as_string(), "utf8");
  EXPECT_EQ(run.at("lossy").as_bool(), true);
  EXPECT_EQ(run.at("stdout").as_string(), "a\xef\xbf\xbd");
}

TEST_F(JsonRunTest, ShowsTheProofOfAStop) {
  begin();
  record_.run->cancel(run::Cause::kWallLimit);
  const auto requested = clock_.now();
  record_.run->finish({.proof = {.signaled = requested + base::Micros(80),
                                 .emptied = requested + base::Micros(450),
                                 .processes_killed = 3,
                                 .empty = true}});
  const auto run = shown();
  EXPECT_EQ(run.at("status").as_string(), "timed_out");
  const auto& stop = run.at("stop").as_object();
  EXPECT_EQ(stop.at("cause").as_string(), "wall_limit");
  EXPECT_EQ(stop.at("processes_killed").to_number<int>(), 3);
  EXPECT_EQ(stop.at("empty_us").to_number<int>(), 450);
  EXPECT_EQ(stop.at("signal_us").to_number<int>(), 80);
  EXPECT_EQ(stop.at("empty").as_bool(), true);
}

TEST_F(JsonRunTest, ShowsACompileStep) {
  std::string out;
  append_compile_members(out, {.exit = run::ProgramExit{.code = 1},
                               .stderr_data = "no\n",
                               .elapsed = base::Micros(12'500)});
  EXPECT_EQ(out, R"("exit_code":1,"stdout":"","stderr":"no\n","ms":12.5,"cached":false)");
}

TEST_F(JsonRunTest, WritesBothKindsOfStopAnswer) {
  service::StopAnswer answer;
  answer.snapshot.id = "r_1";
  answer.snapshot.state = run::State::kStopping;
  answer.snapshot.cause = run::Cause::kStop;
  answer.remaining = 2;
  std::string out;
  append_stop_answer(out, answer);
  EXPECT_EQ(out, R"({"id":"r_1","stopped":false,"state":"stopping","status":null,"cause":"stop",)"
                 R"("proof":{"empty":false,"remaining":2}})");
  answer.stopped = true;
  answer.snapshot.state = run::State::kFinished;
  answer.snapshot.status = run::Status::kCancelled;
  answer.is_empty = true;
  answer.processes_killed = 4;
  answer.signal = base::Micros(90);
  answer.empty = base::Micros(700);
  out.clear();
  append_stop_answer(out, answer);
  EXPECT_EQ(out,
            R"({"id":"r_1","stopped":true,"state":"finished","status":"cancelled","cause":"stop",)"
            R"("proof":{"processes_killed":4,"signal_us":90,"empty_us":700,"empty":true}})");
}

}  // namespace
}  // namespace leash::http
