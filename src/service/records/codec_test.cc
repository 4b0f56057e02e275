#include "service/records/codec.h"

#include <gtest/gtest.h>

#include <boost/crc.hpp>
#include <vector>

#include "run/testing/spill_files.h"

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
          .snapshot = std::move(snapshot),
          .log = {.largest = 77}};
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
  EXPECT_EQ(read->log.largest, 77U);
  EXPECT_EQ(read->snapshot.created_at, run.snapshot.created_at);
  EXPECT_EQ(read->snapshot.stop->emptied - read->snapshot.stop->requested, Micros(300));
  EXPECT_TRUE(decode(encode(StoredRun())));
}

/// The record as it was before its last numbers were added.
std::string without_last(std::size_t numbers, std::string bytes) {
  bytes.resize(bytes.size() - (numbers + 1) * sizeof(std::uint64_t));  // and the checksum
  boost::crc_32_type sum;
  sum.process_bytes(bytes.data(), bytes.size());
  const std::uint64_t checksum = sum.checksum();
  return bytes.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
}

TEST(RecordCodecTest, RecordsFromBeforeWhatWasAddedLaterAreRead) {
  StoredRun run = full_run();
  run.log.largest = 0;
  const auto before_largest = decode(without_last(1, encode(run)));
  ASSERT_TRUE(before_largest);
  EXPECT_EQ(encode(*before_largest), encode(run));
  run.snapshot.timing.stages = {};
  // Six numbers: one of the stages is not there.
  const auto before_stages = decode(without_last(1 + 6, encode(run)));
  ASSERT_TRUE(before_stages);
  EXPECT_EQ(encode(*before_stages), encode(run));
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

std::vector<std::string> pieces_of(const EventLog::Content& log) {
  std::vector<std::string> pieces;
  EXPECT_TRUE(encode_log(log, [&](std::string_view piece) {
    pieces.emplace_back(piece);
    return base::Result<void>();
  }));
  return pieces;
}

/// Both streams of what a log holds.
std::string text_of(const EventLog::Content& log) {
  std::string text;
  for (const run::OutputText& stream : log.text) {
    EXPECT_TRUE(stream.read(0, stream.size(), text));
    text += '|';
  }
  return text;
}

/// The numbers and texts of a piece as any version writes them.
class Piece {
 public:
  Piece& number(std::uint64_t value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Piece& text(const std::string& value) {
    number(value.size());
    bytes_ += value;
    return *this;
  }
  std::string whole() {
    boost::crc_32_type sum;
    sum.process_bytes(bytes_.data(), bytes_.size());
    return number(sum.checksum()).bytes_;
  }

 private:
  std::string bytes_;
};

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
  for (const std::string& piece : pieces_of(content)) ASSERT_TRUE(decode_log(piece, read));
  const auto again = std::make_shared<EventLog>(bounds, read);
  EXPECT_EQ(pieces_of(again->content()), pieces_of(content));
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
  for (const std::string& piece : pieces_of(content)) ASSERT_TRUE(decode_log(piece, read));
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
  const auto pieces = pieces_of(content);
  EXPECT_GE(pieces.size(), 60U);
  for (const std::string& piece : pieces) EXPECT_LT(piece.size(), 300'000U);
  EventLog::Content read{.total = content.total, .last_seq = content.last_seq};
  for (const std::string& piece : pieces) ASSERT_TRUE(decode_log(piece, read));
  EXPECT_TRUE(text_of(read) == text_of(content));
  EXPECT_TRUE(pieces_of({}).empty());
  EventLog::Content ignored;
  EXPECT_FALSE(decode_log(pieces[0].substr(0, 1000), ignored));
  std::string bad = pieces[0];
  bad[500] = 'y';
  EXPECT_FALSE(decode_log(bad, ignored));
}

TEST(RecordCodecTest, LogStandsAsItAlwaysDid) {
  const auto log = std::make_shared<EventLog>(EventLog::Bounds{});
  log->append(run::OutputEvent{.stream = run::Stream::kStderr, .data = "abc", .utf8 = false});
  Piece expected;
  expected.number(3).number(1).text("abc");
  expected.number(0).number(1).number(0).number(0).number(3).number(1).number(0);
  EXPECT_EQ(pieces_of(log->content()), std::vector<std::string>{expected.whole()});
}

TEST(RecordCodecTest, PiecesOfEarlierVersionsAreRead) {
  // They were of a MiB of text, and more.
  const std::string text(1 << 20, 'x');
  EventLog::Content read{.total = {2 << 20, 0}, .last_seq = 1};
  read.text[0] = run::OutputText(run::testing::make_spill_file());
  ASSERT_TRUE(decode_log(Piece().number(3).number(0).text(text).whole(), read));
  Piece second;
  second.number(3).number(0).text(text);
  second.number(0).number(1).number(0).number(0).number(1 << 20).number(0).number(1);
  ASSERT_TRUE(decode_log(second.whole(), read));
  EXPECT_TRUE(text_of(read) == text + text + "||");
  EXPECT_EQ(read.head.size(), 1U);
}

TEST(RecordCodecTest, NoPieceIsMadeAfterOneThatWasNotTaken) {
  const auto log = std::make_shared<EventLog>(EventLog::Bounds{});
  for (int i = 0; i < 20; ++i) log->append(run::OutputEvent{.data = std::string(100'000, 'x')});
  int taken = 0;
  const auto encoded = encode_log(log->content(), [&](std::string_view) -> base::Result<void> {
    if (++taken < 3) return {};
    return base::plain_error("write", "records", "full");
  });
  EXPECT_EQ(taken, 3);
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().detail, "full");
}

TEST(RecordCodecTest, OutputThatCannotBeReadBackIsLeftOut) {
  const auto log =
      std::make_shared<EventLog>(EventLog::Bounds{}, run::testing::make_unreadable_spill_file());
  log->append(run::StartedEvent{.version = "1"});
  log->append(run::OutputEvent{.stream = run::Stream::kStderr, .data = "note"});
  for (int i = 0; i < 3; ++i) log->append(run::OutputEvent{.data = std::string(50'000, 'x')});
  const EventLog::Content content = log->content();
  EventLog::Content read{.total = content.total, .last_seq = content.last_seq};
  for (const std::string& piece : pieces_of(content)) ASSERT_TRUE(decode_log(piece, read));
  const auto again = std::make_shared<EventLog>(EventLog::Bounds{}, read);
  again->append(run::FinishedEvent{});
  EXPECT_EQ(again->kept_output(run::Stream::kStdout), "");
  EXPECT_TRUE(again->is_incomplete(run::Stream::kStdout));
  EXPECT_EQ(again->kept_output(run::Stream::kStderr), "note");
  std::string types;
  for (const run::Event& event : read_all(*again)) {
    types += std::string(run::type_name(event.body)) + " ";
    if (const auto* gap = std::get_if<run::TruncatedEvent>(&event.body)) {
      EXPECT_EQ(gap->missing_bytes, 150'000U);
    }
  }
  EXPECT_EQ(types, "started stderr truncated finished ");
}

}  // namespace
}  // namespace leash::service::records
