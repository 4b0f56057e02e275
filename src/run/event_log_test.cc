#include "run/event_log.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "run/testing/spill_files.h"

namespace leash::run {
namespace {

OutputEvent out(std::string data) {
  return {.stream = Stream::kStdout, .data = std::move(data)};
}
OutputEvent err(std::string data) {
  return {.stream = Stream::kStderr, .data = std::move(data)};
}

std::shared_ptr<EventLog> make_log(std::uint64_t retain, std::uint64_t window) {
  return std::make_shared<EventLog>(EventLog::Bounds{.retain = {retain}, .window = {window}});
}

std::unique_ptr<EventLog::Reader> reader_of(EventLog& log, std::uint64_t after = 0) {
  return log.read_after(after, EventLog::Pace::kIndependent, nullptr);
}

/// "1:queued 2:abc …": what a reader gets until there is no more.
std::string read_all(EventLog::Reader& reader) {
  std::string text;
  while (const EventPtr event = reader.next()) {
    if (!text.empty()) text += ' ';
    text += std::to_string(event->seq) + ':';
    if (const auto* output = std::get_if<OutputEvent>(&event->body)) {
      text += output->data;
    } else if (const auto* gap = std::get_if<TruncatedEvent>(&event->body)) {
      text += "gap" + std::to_string(gap->missing_bytes);
    } else {
      text += type_name(event->body);
    }
  }
  return text;
}

TEST(EventLogTest, SeqCountsFromOneWithoutGaps) {
  auto log = make_log(100, 100);
  EXPECT_EQ(log->append(QueuedEvent{}), 1U);
  EXPECT_EQ(log->append(out("a")), 2U);
  EXPECT_EQ(log->append(FinishedEvent{}), 3U);
  auto reader = reader_of(*log);
  EXPECT_EQ(read_all(*reader), "1:queued 2:a 3:finished");
  EXPECT_TRUE(reader->at_end());
  EXPECT_EQ(reader->next(), nullptr);
}

TEST(EventLogTest, ReadersContinueAfterTheSeqTheyName) {
  auto log = make_log(100, 100);
  for (const char* text : {"a", "b", "c"}) log->append(out(text));
  EXPECT_EQ(read_all(*reader_of(*log, 2)), "3:c");
  EXPECT_EQ(read_all(*reader_of(*log, 3)), "");
  EXPECT_EQ(read_all(*reader_of(*log, 99)), "");
}

TEST(EventLogTest, LateReaderGetsTheHeadOneGapAndTheTail) {
  auto log = make_log(4, 4);
  log->append(QueuedEvent{});
  for (const char* text : {"aa", "bb", "cc", "dd", "ee", "ff"}) log->append(out(text));
  log->append(FinishedEvent{});
  EXPECT_EQ(read_all(*reader_of(*log)), "1:queued 2:aa 3:bb 5:gap4 6:ee 7:ff 8:finished");
  EXPECT_EQ(log->kept_output(Stream::kStdout), "aabb");
  EXPECT_TRUE(log->is_incomplete(Stream::kStdout));
  EXPECT_FALSE(log->is_incomplete(Stream::kStderr));
}

TEST(EventLogTest, LiveReaderThatKeepsUpMissesNothing) {
  auto log = make_log(2, 4);
  auto reader = reader_of(*log);
  std::string all;
  for (const char* text : {"aa", "bb", "cc", "dd", "ee"}) {
    log->append(out(text));
    all += read_all(*reader) + " ";
  }
  EXPECT_EQ(all, "1:aa 2:bb 3:cc 4:dd 5:ee ");
}

TEST(EventLogTest, OtherEventsAreKeptAmongEvictedOutput) {
  auto log = make_log(0, 2);
  log->append(out("aa"));
  log->append(StartedEvent{});
  log->append(err("bb"));
  log->append(out("cc"));
  EXPECT_EQ(read_all(*reader_of(*log)), "1:gap2 2:started 3:gap2 4:cc");
}

TEST(EventLogTest, GapNamesItsStreamIfThereIsOne) {
  auto log = make_log(0, 1);
  log->append(err("xx"));
  log->append(StartedEvent{});
  log->append(err("yy"));
  log->append(out("zz"));
  log->append(out("w"));
  auto reader = reader_of(*log);
  const EventPtr first = reader->next();
  EXPECT_EQ(std::get<TruncatedEvent>(first->body).stream, Stream::kStderr);
  static_cast<void>(reader->next());
  const EventPtr second = reader->next();
  EXPECT_EQ(std::get<TruncatedEvent>(second->body).stream, std::nullopt);
  EXPECT_EQ(std::get<TruncatedEvent>(second->body).missing_bytes, 4U);
}

TEST(EventLogTest, MemoryIsBoundedWhateverIsAppended) {
  auto log = make_log(1000, 1000);
  for (int i = 0; i < 10'000; ++i) log->append(out(std::string(100, 'x')));
  const std::string all = read_all(*reader_of(*log));
  EXPECT_LT(all.size(), 3000U);
  EXPECT_EQ(log->last_seq(), 10'000U);
}

TEST(EventLogTest, R23_EventsAreBoundedToo) {
  auto log = std::make_shared<EventLog>(EventLog::Bounds{.retain_events = 50, .window_events = 20});
  log->append(QueuedEvent{});
  for (int i = 0; i < 10'000; ++i) log->append(out("x"));
  log->append(FinishedEvent{});
  auto reader = reader_of(*log);
  std::size_t outputs = 0;
  std::vector<std::uint64_t> gaps;
  while (const EventPtr event = reader->next()) {
    if (std::holds_alternative<OutputEvent>(event->body)) ++outputs;
    if (const auto* gap = std::get_if<TruncatedEvent>(&event->body)) {
      gaps.push_back(gap->missing_bytes);
    }
  }
  EXPECT_EQ(outputs, 70U);
  EXPECT_EQ(gaps, (std::vector<std::uint64_t>{10'000 - 70}));
  EXPECT_TRUE(reader->at_end());
  // The Run object does not care in how many pieces it was printed.
  EXPECT_EQ(log->kept_output(Stream::kStdout).size(), 10'000U);
  EXPECT_FALSE(log->is_incomplete(Stream::kStdout));
}

TEST(EventLogTest, ManySmallEventsPauseTheRunAsManyBytesDo) {
  auto log = std::make_shared<EventLog>(EventLog::Bounds{.window_events = 20});
  auto reader = log->read_after(0, EventLog::Pace::kPacing, nullptr);
  for (int i = 0; i < 10; ++i) log->append(out("x"));
  EXPECT_FALSE(log->wants_pause());
  log->append(out("x"));
  EXPECT_TRUE(log->wants_pause());
  static_cast<void>(reader->next());
  EXPECT_FALSE(log->wants_pause());
}

TEST(EventLogTest, TellsWhetherWhatItKeptIsText) {
  auto log = make_log(4, 100);
  log->append(out("1234"));
  EXPECT_TRUE(log->kept_is_utf8());
  log->append(OutputEvent{.stream = Stream::kStderr, .data = "\xff", .utf8 = false});
  EXPECT_TRUE(log->kept_is_utf8()) << "that was not kept";
  auto all = make_log(100, 100);
  all->append(OutputEvent{.stream = Stream::kStderr, .data = "\xff", .utf8 = false});
  EXPECT_FALSE(all->kept_is_utf8());
}

TEST(EventLogTest, OfThePieceThatGoesOverTheBoundItsBeginningIsKept) {
  auto log = make_log(8, 100);
  log->append(out("1234"));
  log->append(err("ab\xe2\x82\xac!"));  // of which the euro sign does not fit
  log->append(out("5"));
  log->append(FinishedEvent{});
  EXPECT_EQ(log->kept_output(Stream::kStdout), "1234");
  EXPECT_EQ(log->kept_output(Stream::kStderr), "ab");
  EXPECT_TRUE(log->kept_is_utf8());
  EXPECT_TRUE(log->is_incomplete(Stream::kStdout)) << "nothing is taken in after the first cut";
  EXPECT_TRUE(log->is_incomplete(Stream::kStderr));
  const std::string events = "1:1234 2:ab\xe2\x82\xac! 3:5 4:finished";
  EXPECT_EQ(read_all(*reader_of(*log)), events);
  const auto again = std::make_shared<EventLog>(EventLog::Bounds{.retain = {8}}, log->content());
  EXPECT_EQ(read_all(*reader_of(*again)), events);
  EXPECT_EQ(again->kept_output(Stream::kStderr), "ab");
  EXPECT_TRUE(again->is_incomplete(Stream::kStderr));
}

TEST(EventLogTest, BytesThatAreNotTextAreKeptToTheBound) {
  auto log = make_log(3, 100);
  log->append(OutputEvent{.stream = Stream::kStdout, .data = "\xff\xe2\x82\xac", .utf8 = false});
  EXPECT_EQ(log->kept_output(Stream::kStdout), "\xff\xe2\x82");
  EXPECT_FALSE(log->kept_is_utf8());
}

TEST(EventLogTest, APieceOfTheHeadThatIsCutIsAGapLikeAnyOtherWhenItIsGone) {
  auto log = make_log(3, 2);
  for (const char* text : {"aa", "bb", "cc", "dd"}) log->append(out(text));
  EXPECT_EQ(read_all(*reader_of(*log)), "1:aa 3:gap4 4:dd");
  EXPECT_EQ(log->kept_output(Stream::kStdout), "aab");
}

TEST(EventLogTest, WhoComesBackIntoAGapMissesNoMoreThanItsEventsCanHold) {
  auto log = make_log(4, 4);
  for (int i = 0; i < 1000; ++i) log->append(out("aa"));
  log->append(StartedEvent{});
  for (int i = 0; i < 1000; ++i) log->append(err("bbb"));
  // One that saw all but one, or two; it may have been any two of that size.
  EXPECT_EQ(read_all(*reader_of(*log, 999)), "1000:gap3 1001:started 2000:gap2997 2001:bbb");
  EXPECT_EQ(read_all(*reader_of(*log, 1998)), "2000:gap6 2001:bbb");
  const auto again = std::make_shared<EventLog>(EventLog::Bounds{}, log->content());
  EXPECT_EQ(read_all(*reader_of(*again, 1998)), "2000:gap6 2001:bbb");
  // What is kept between gaps is known: none of stdout is missing here.
  auto reader = reader_of(*log, 1500);
  const EventPtr gap = reader->next();
  EXPECT_EQ(std::get<TruncatedEvent>(gap->body).stream, Stream::kStderr);
}

/// One random history, read by a reader that is cut off at random places and continues after the
/// last seq it saw. While nothing was evicted it must see exactly what an uninterrupted one sees;
/// where something was, seqs and bytes must add up.
void continue_at_random_places(std::uint64_t seed, EventLog::Bounds bounds) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t end) { return random() % end; };
  auto log = std::make_shared<EventLog>(bounds);
  std::uint64_t printed = 0;
  std::uint64_t got = 0;
  std::uint64_t missed = 0;
  std::uint64_t last = 0;
  std::string events;
  auto reader = reader_of(*log);
  const auto read_some = [&](std::uint64_t count) {
    for (; count > 0; --count) {
      const EventPtr event = reader->next();
      if (!event) return;
      const auto* gap = std::get_if<TruncatedEvent>(&event->body);
      if (gap == nullptr) {
        ASSERT_EQ(event->seq, last + 1) << "seed " << seed;
      } else {
        ASSERT_GT(event->seq, last) << "seed " << seed;
        ASSERT_EQ(gap->last_seq, event->seq);
        missed += gap->missing_bytes;
      }
      last = event->seq;
      events += std::to_string(event->seq) + std::string(type_name(event->body));
      if (const auto* output = std::get_if<OutputEvent>(&event->body)) {
        got += output->data.size();
        events += output->data;
      }
    }
  };
  log->append(QueuedEvent{});
  for (int step = 0; step < 400; ++step) {
    const std::string data(1 + below(9), static_cast<char>('a' + below(26)));
    log->append(below(2) == 0 ? out(data) : err(data));
    printed += data.size();
    if (below(4) == 0) read_some(below(12));
    if (below(8) == 0) reader = reader_of(*log, last);
  }
  log->append(FinishedEvent{});
  read_some(1000);
  EXPECT_TRUE(reader->at_end()) << "seed " << seed;
  EXPECT_EQ(last, log->last_seq());
  const bool whole = bounds.retain.count > printed && bounds.retain_events > 400;
  if (whole) {
    EXPECT_EQ(got, printed) << "seed " << seed;
    EXPECT_EQ(missed, 0U);
    auto uninterrupted = reader_of(*log);
    std::string expected;
    while (const EventPtr event = uninterrupted->next()) {
      expected += std::to_string(event->seq) + std::string(type_name(event->body));
      if (const auto* output = std::get_if<OutputEvent>(&event->body)) expected += output->data;
    }
    EXPECT_EQ(events, expected) << "seed " << seed;
  } else {
    // Where a reader comes back into a gap the log cannot know how much of it that one had seen.
    EXPECT_GE(got + missed, printed) << "seed " << seed;
  }
}

TEST(EventLogTest, ContinuesExactlyWhereverAReaderWasCutOff) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    continue_at_random_places(seed, {});
    continue_at_random_places(seed, {.retain = {200}, .window = {100}});
    continue_at_random_places(seed, {.retain_events = 40, .window_events = 20});
    continue_at_random_places(seed, {.retain = {0}, .window = {1}});
  }
}

/// What two streams printed is the same to every reader, wherever it is kept.
TEST(EventLogTest, SpilledOutputIsReadAsIfItWereInMemory) {
  std::mt19937_64 random(11);
  const auto file = testing::make_spill_file();
  const EventLog::Bounds bounds{.retain = base::kib(700), .window = base::kib(100)};
  auto memory = std::make_shared<EventLog>(bounds);
  auto spilled = std::make_shared<EventLog>(bounds, file);
  auto live = reader_of(*spilled);
  auto live_of_memory = reader_of(*memory);
  for (int i = 0; i < 60; ++i) {
    std::string data(random() % 20'000, static_cast<char>('a' + i % 26));
    const OutputEvent event = random() % 3 == 0 ? err(std::move(data)) : out(std::move(data));
    memory->append(event);
    spilled->append(event);
    if (i % 5 != 0) continue;
    EXPECT_TRUE(read_all(*live) == read_all(*live_of_memory)) << i;
  }
  EXPECT_GT(file->used(), base::kib(256).count);
  const auto again = std::make_shared<EventLog>(bounds, spilled->content());
  spilled.reset();
  live.reset();
  for (const std::uint64_t after : {0, 7, 30, 59}) {
    EXPECT_TRUE(read_all(*reader_of(*again, after)) == read_all(*reader_of(*memory, after)));
  }
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    EXPECT_TRUE(again->kept_output(stream) == memory->kept_output(stream));
    EXPECT_EQ(again->is_incomplete(stream), memory->is_incomplete(stream));
  }
}

TEST(EventLogTest, OutputThatCannotBeReadBackIsToldAsAGap) {
  auto log = std::make_shared<EventLog>(EventLog::Bounds{}, testing::make_unreadable_spill_file());
  log->append(out("first"));
  log->append(err("of the other stream"));
  log->append(out(std::string(SpillFile::kBlock, 'x')));
  log->append(out("last"));
  log->append(FinishedEvent{});
  EXPECT_FALSE(log->is_incomplete(Stream::kStdout)) << "nobody knows yet";
  auto reader = reader_of(*log);
  EXPECT_EQ(read_all(*reader), "1:gap5 2:of the other stream 3:gap" +
                                   std::to_string(SpillFile::kBlock) + " 4:last 5:finished");
  EXPECT_TRUE(reader->at_end());
  EXPECT_EQ(log->kept_output(Stream::kStdout), "");
  EXPECT_TRUE(log->is_incomplete(Stream::kStdout));
  EXPECT_EQ(log->kept_output(Stream::kStderr), "of the other stream");
  EXPECT_FALSE(log->is_incomplete(Stream::kStderr));
}

TEST(EventLogTest, NoCharacterIsCutWhereTextEndsEarly) {
  EventLog::Content content{.total = {5, 0}, .last_seq = 1};
  content.text[0].append("ab\xe2\x82");
  const EventLog text({}, content);
  EXPECT_EQ(text.kept_output(Stream::kStdout), "ab");
  EXPECT_TRUE(text.is_incomplete(Stream::kStdout));
  content.text_utf8 = false;
  EXPECT_EQ(EventLog({}, content).kept_output(Stream::kStdout), "ab\xe2\x82");
}

TEST(EventLogTest, PacingReaderPausesTheRunAndResumesIt) {
  auto log = make_log(100, 8);
  int resumed = 0;
  log->on_resume([&] { ++resumed; });
  auto reader = log->read_after(0, EventLog::Pace::kPacing, nullptr);
  log->append(out("1234"));
  EXPECT_FALSE(log->wants_pause());
  log->append(out("5"));
  EXPECT_TRUE(log->wants_pause());
  EXPECT_EQ(resumed, 0);
  EXPECT_EQ(read_all(*reader), "1:1234 2:5");
  EXPECT_FALSE(log->wants_pause());
  EXPECT_EQ(resumed, 1);
}

TEST(EventLogTest, PacingReaderThatLeavesResumesTheRun) {
  auto log = make_log(100, 2);
  int resumed = 0;
  log->on_resume([&] { ++resumed; });
  auto reader = log->read_after(0, EventLog::Pace::kPacing, nullptr);
  log->append(out("12345"));
  EXPECT_TRUE(log->wants_pause());
  reader.reset();
  EXPECT_FALSE(log->wants_pause());
  EXPECT_EQ(resumed, 1);
}

TEST(EventLogTest, IndependentReadersNeverPause) {
  auto log = make_log(0, 2);
  auto reader = reader_of(*log);
  for (int i = 0; i < 100; ++i) log->append(out("12345"));
  EXPECT_FALSE(log->wants_pause());
}

TEST(EventLogTest, WakesEveryReaderOnAppend) {
  auto log = make_log(10, 10);
  int woken = 0;
  auto one = log->read_after(0, EventLog::Pace::kIndependent, [&] { ++woken; });
  auto two = log->read_after(0, EventLog::Pace::kIndependent, [&] { ++woken; });
  log->append(out("a"));
  EXPECT_EQ(woken, 2);
  two.reset();
  log->append(out("a"));
  EXPECT_EQ(woken, 3);
}

}  // namespace
}  // namespace leash::run
