#include "cli/client/event_json.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

template <typename Body>
const Body& body_of(const base::Result<run::EventPtr>& event) {
  return std::get<Body>((*event)->body);
}

TEST(ReadEvent, ReadsEveryTypeOfTheContract) {
  auto event = read_event(R"({"seq":1,"type":"queued","id":"r_1","key":null,"position":2})");
  ASSERT_TRUE(event);
  EXPECT_EQ((*event)->seq, 1U);
  EXPECT_EQ(body_of<run::QueuedEvent>(event).position, 2U);
  EXPECT_EQ(read_queued_id(R"({"seq":1,"type":"queued","id":"r_1"})"), "r_1");

  event = read_event(R"({"seq":2,"type":"started","version":"3.11.2"})");
  EXPECT_EQ(body_of<run::StartedEvent>(event).version, "3.11.2");

  event = read_event(R"({"seq":3,"type":"compile","exit_code":1,"stdout":"","stderr":"no",
                         "ms":12.5,"cached":false})");
  const auto& report = body_of<run::CompileEvent>(event).report;
  EXPECT_EQ(report.exit, (run::ProgramExit{.code = 1}));
  EXPECT_EQ(report.stderr_data, "no");
  EXPECT_EQ(report.elapsed, base::Micros(12'500));

  event = read_event(R"({"seq":4,"type":"stderr","data":"oh\n","encoding":"utf8"})");
  EXPECT_EQ(body_of<run::OutputEvent>(event).stream, run::Stream::kStderr);
  EXPECT_EQ(body_of<run::OutputEvent>(event).data, "oh\n");

  event =
      read_event(R"({"seq":5,"type":"truncated","stream":null,"missing_bytes":7,"last_seq":4})");
  EXPECT_EQ(body_of<run::TruncatedEvent>(event).stream, std::nullopt);
  EXPECT_EQ(body_of<run::TruncatedEvent>(event).missing_bytes, 7U);

  event = read_event(R"({"seq":6,"type":"stopping","cause":"wall_limit"})");
  EXPECT_EQ(body_of<run::StoppingEvent>(event).cause, run::Cause::kWallLimit);
}

TEST(ReadEvent, DecodesBytesThatAreNoText) {
  const auto event = read_event(R"({"seq":4,"type":"stdout","data":"/wA=","encoding":"base64"})");
  ASSERT_TRUE(event);
  EXPECT_EQ(body_of<run::OutputEvent>(event).data, std::string("\xff\0", 2));
  EXPECT_FALSE(body_of<run::OutputEvent>(event).utf8);
}

TEST(ReadEvent, ReadsTheEndWithItsProof) {
  const auto event = read_event(R"({"seq":9,"type":"finished","id":"r_1","language":"c",
      "state":"finished","status":"cancelled","cause":"stop","phase":"run","exit_code":null,
      "signal":"SIGKILL","timing":{"run_ms":1200.5,"total_ms":1201},
      "stop":{"cause":"stop","processes_killed":3,"signal_us":100,"empty_us":800,"empty":true}})");
  ASSERT_TRUE(event) << event.error().message();
  const run::RunSnapshot& run = *body_of<run::FinishedEvent>(event).snapshot;
  EXPECT_EQ(run.id, "r_1");
  EXPECT_EQ(run.status, run::Status::kCancelled);
  EXPECT_EQ(run.exit, (run::ProgramExit{.signaled = true, .code = 9}));
  EXPECT_EQ(run.timing.run, base::Micros(1'200'500));
  ASSERT_TRUE(run.stop);
  EXPECT_EQ(run.stop->processes_killed, 3U);
  EXPECT_EQ(run.stop->emptied - run.stop->requested, base::Micros(800));
  EXPECT_TRUE(run.stop->empty);
}

TEST(ReadEvent, BrokenLinesAreErrorsAndNewFieldsAreNot) {
  for (const char* line : {"", "null", "[]", "{}", "{\"type\":\"news\"}", "{\"seq\":1,"}) {
    EXPECT_FALSE(read_event(line)) << line;
  }
  EXPECT_TRUE(read_event(R"({"seq":-1,"type":"started","version":3,"later":{}})"));
}

}  // namespace
}  // namespace leash::cli
