#include "service/records/codec.h"

#include <gtest/gtest.h>

#include <boost/crc.hpp>

namespace leash::service::records {
namespace {

using base::Micros;
using run::EventLog;

/// With something in every field.
StoredRun full_run() {
  run::RunSnapshot snapshot{
      .id = "r_1",
      .language = "cpp",
      .version = "12.2.0",
      .state = run::State::kFinished,
      .cause = run::Cause::kStop,
      .status = run::Status::kCancelled,
      .phase = run::Phase::kRun,
      .exit = run::ProgramExit{.signaled = true, .code = 9},
      .setup_error = "none",
      .compile = run::CompileReport{.exit = run::ProgramExit{.code = 1},
                                    .stdout_data = std::string("\0x", 2),
                                    .stderr_data = "warning",
                                    .elapsed = Micros(7),
                                    .cached = true},
      .timing = {.queued = Micros(1),
                 .start = Micros(2),
                 .run = Micros(-3),
                 .total = Micros(4),
                 .stages = {.claim = Micros(11), .first_byte = Micros(12), .settle = Micros(13)}},
      .usage = {.cpu = Micros(5), .peak_memory = base::mib(3), .peak_tasks = 6, .disk_full = true},
      .stop = run::StopProof{.cause = run::Cause::kStop, .processes_killed = 21, .empty = true},
      .stdout_truncated = true,
      .created_at = base::WallTime(std::chrono::milliseconds(1'700'000'000'123)),
      .finished_at = base::WallTime(std::chrono::milliseconds(1'700'000'000'456))};
  const base::TimePoint asked{std::chrono::hours(3)};
  snapshot.stop->requested = asked;
  snapshot.stop->signaled = asked + Micros(10);
  snapshot.stop->emptied = asked + Micros(300);
  return {.number = 42,
          .tenant = "alice",
          .policy = {.on_disconnect = OnDisconnect::kDetach,
                     .disconnect_grace = base::Millis(12),
                     .encoding = TextEncoding::kUtf8Lossy,
                     .key = "tab",
                     .keep = false},
          .mark = RequestMark{.key = "once", .body = {1, 2, 3}},
          .output_limit = base::kib(9),
          .snapshot = std::move(snapshot)};
}

TEST(RecordCodecTest, WhatIsWrittenIsReadBack) {
  const StoredRun run = full_run();
  const auto read = decode(encode(run));
  ASSERT_TRUE(read);
  // Encoding is a function of every field, so equal texts mean equal records.
  EXPECT_EQ(encode(*read), encode(run));
  EXPECT_EQ(read->mark, run.mark);
  EXPECT_EQ(read->policy.key, "tab");
  EXPECT_EQ(read->snapshot.compile->stdout_data, run.snapshot.compile->stdout_data);
  EXPECT_EQ(read->snapshot.timing.run, Micros(-3));
  EXPECT_EQ(read->snapshot.timing.stages, run.snapshot.timing.stages);
  EXPECT_EQ(read->snapshot.created_at, run.snapshot.created_at);
  EXPECT_EQ(read->snapshot.stop->emptied - read->snapshot.stop->requested, Micros(300));
  EXPECT_TRUE(decode(encode(StoredRun())));
}

TEST(RecordCodecTest, RecordsFromBeforeTheStagesAreRead) {
  StoredRun run = full_run();
  run.snapshot.timing.stages = {};
  std::string bytes = encode(run);
  // Seven numbers of the stages less the one that is not there, and the checksum behind them.
  bytes.resize(bytes.size() - 7 * sizeof(std::uint64_t));
  boost::crc_32_type sum;
  sum.process_bytes(bytes.data(), bytes.size());
  const std::uint64_t checksum = sum.checksum();
  bytes.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
  const auto read = decode(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(encode(*read), encode(run));
}

TEST(RecordCodecTest, NoDamageGoesUnseen) {
  const std::string good = encode(full_run());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 4);
    EXPECT_FALSE(decode(bad)) << i;
    EXPECT_FALSE(decode(good.substr(0, i))) << i;
  }
  EXPECT_FALSE(decode(good + "x"));
}

std::vector<run::Event> read_all(EventLog& log) {
  std::vector<run::Event> events;
  const auto reader = log.read_after(0, EventLog::Pace::kIndependent, nullptr);
  while (const auto event = reader->next()) events.push_back(*event);
  return events;
}

TEST(RecordCodecTest, ReadersOfTheLogSeeTheSame) {
  const EventLog::Bounds bounds{.retain = base::kib(1), .window = base::kib(1)};
  const auto log = std::make_shared<EventLog>(bounds);
  log->append(run::QueuedEvent{.position = 3});
  log->append(run::StartedEvent{.version = "1"});
  log->append(run::CompileEvent{.report = {.stderr_data = "note"}});
  for (int i = 0; i < 100; ++i) {
    log->append(run::OutputEvent{.stream = i % 2 == 0 ? run::Stream::kStdout : run::Stream::kStderr,
                                 .data = std::string(100, static_cast<char>('a' + i % 26)),
                                 .utf8 = i % 3 == 0});
  }
  log->append(run::TruncatedEvent{.stream = run::Stream::kStderr, .missing_bytes = 5});
  log->append(run::StoppingEvent{.cause = run::Cause::kStop});

  const EventLog::Content content = log->content();
  EventLog::Content read{
      .text_utf8 = content.text_utf8, .total = content.total, .last_seq = content.last_seq};
  for (const std::string& piece : encode_log(content)) ASSERT_TRUE(decode_log(piece, read));
  const auto again = std::make_shared<EventLog>(bounds, read);
  EXPECT_EQ(encode_log(again->content()), encode_log(content));
  EXPECT_EQ(again->kept_output(run::Stream::kStdout), log->kept_output(run::Stream::kStdout));
  EXPECT_TRUE(again->is_incomplete(run::Stream::kStdout));
  const auto events = read_all(*log);
  const auto events_again = read_all(*again);
  ASSERT_EQ(events.size(), events_again.size());
  EXPECT_LT(events.size(), 100U);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].seq, events_again[i].seq);
    EXPECT_EQ(run::type_name(events[i].body), run::type_name(events_again[i].body));
  }
}

TEST(RecordCodecTest, TextBeyondTheEventsOfTheHeadIsKept) {
  const EventLog::Bounds bounds{.retain_events = 3, .window_events = 2};
  const auto log = std::make_shared<EventLog>(bounds);
  for (int i = 0; i < 10; ++i) log->append(run::OutputEvent{.data = "ab"});
  const EventLog::Content content = log->content();
  EventLog::Content read{.total = content.total, .last_seq = content.last_seq};
  for (const std::string& piece : encode_log(content)) ASSERT_TRUE(decode_log(piece, read));
  const auto again = std::make_shared<EventLog>(bounds, read);
  EXPECT_EQ(again->kept_output(run::Stream::kStdout), std::string("abababababababababab"));
  EXPECT_FALSE(again->is_incomplete(run::Stream::kStdout));
  EXPECT_EQ(read_all(*again).size(), read_all(*log).size());
}

TEST(RecordCodecTest, LongLogIsInPiecesAndDamagedOnesAreRefused) {
  const auto log = std::make_shared<EventLog>(EventLog::Bounds{.window = base::mib(8)});
  for (int i = 0; i < 120; ++i) log->append(run::OutputEvent{.data = std::string(100'000, 'x')});
  const EventLog::Content content = log->content();
  EXPECT_FALSE(content.tail.empty());
  const auto pieces = encode_log(content);
  EXPECT_GE(pieces.size(), 11U);
  EventLog::Content read{.total = content.total, .last_seq = content.last_seq};
  for (const std::string& piece : pieces) ASSERT_TRUE(decode_log(piece, read));
  EXPECT_EQ(read.text, content.text);
  EXPECT_TRUE(encode_log({}).empty());
  EventLog::Content ignored;
  EXPECT_FALSE(decode_log(pieces[0].substr(0, 1000), ignored));
  std::string bad = pieces[0];
  bad[500] = 'y';
  EXPECT_FALSE(decode_log(bad, ignored));
}

}  // namespace
}  // namespace leash::service::records
