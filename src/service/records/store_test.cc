#include "service/records/store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <csignal>
#include <filesystem>

#include "service/loop_test.h"
#include "service/record_keeper.h"
#include "service/records/writer.h"
#include "sys/file.h"

namespace leash::service::records {
namespace {

class StoreTest : public LoopTest {
 protected:
  StoreTest() {
    std::string pattern = ::testing::TempDir() + "records-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }

  base::Result<std::unique_ptr<Store>> try_open() {
    return Store::open(sys::open_directory(folder_).value(), folder_);
  }
  std::unique_ptr<Store> open() { return try_open().value(); }
  static StoredRun stored(std::uint64_t number, run::State state = run::State::kFinished) {
    StoredRun run{.number = number, .tenant = "us", .output_limit = base::Bytes{100}};
    run.snapshot = {.id = "r_" + std::to_string(number), .state = state, .phase = run::Phase::kRun};
    if (run.finished()) run.snapshot.cause = run::Cause::kExit;
    return run;
  }
  static void put(Store& store, const StoredRun& run) {
    ASSERT_TRUE(store.begin());
    ASSERT_TRUE(store.put(run));
    ASSERT_TRUE(store.commit());
  }
  static std::string ids(const base::Result<std::vector<StoredRun>>& runs) {
    std::string text;
    for (const StoredRun& run : runs.value()) text += run.snapshot.id + " ";
    return text;
  }

  std::string folder_;
  /// News come from another thread: a loop without work is to wait for them.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      loop_.get_executor()};
};

TEST_F(StoreTest, KeepsWhatWasCommitted) {
  {
    const auto store = open();
    put(*store, stored(2));
    put(*store, stored(1, run::State::kQueued));
    put(*store, stored(1));
    put(*store, stored(3));
    ASSERT_TRUE(store->begin());
    ASSERT_TRUE(store->put(stored(4)));
    store->roll_back();
    ASSERT_TRUE(store->begin());
    ASSERT_TRUE(store->remove(3));
    ASSERT_TRUE(store->commit());
  }
  const auto runs = open()->load();
  EXPECT_EQ(ids(runs), "r_1 r_2 ");
  EXPECT_TRUE(runs->front().finished());
}

TEST_F(StoreTest, LongLogIsReadBackIntoASpillFile) {
  const auto spill = run::SpillFile::make(sys::open_directory(folder_)->get(), nullptr).value();
  const auto log = std::make_shared<run::EventLog>(run::EventLog::Bounds{}, spill);
  for (int i = 0; i < 100; ++i) {
    log->append(run::OutputEvent{.data = std::string(40'000, static_cast<char>('a' + i % 26))});
  }
  StoredRun run = stored(1);
  run.log = log->content();
  put(*open(), run);
  const std::uint64_t used = spill->used();
  const auto runs = open()->load(spill).value();
  EXPECT_EQ(spill->used(), 2 * used);
  EXPECT_GT(used, 3'900'000U);
  run::EventLog again({}, runs.at(0).log);
  EXPECT_TRUE(again.kept_output(run::Stream::kStdout) == log->kept_output(run::Stream::kStdout));
}

TEST_F(StoreTest, HasOneOwner) {
  const auto store = open();
  EXPECT_FALSE(try_open());
}

TEST_F(StoreTest, LogIsTidiedUp) {
  const auto store = open();
  StoredRun run = stored(1);
  run.tenant = std::string(8 << 20, 'x');
  put(*store, run);
  ASSERT_TRUE(store->tidy_up(Store::Urgency::kBusy));
  EXPECT_LT(std::filesystem::file_size(folder_ + "/records.db"), 1U << 20U);
  ASSERT_TRUE(store->tidy_up(Store::Urgency::kIdle));
  EXPECT_GT(std::filesystem::file_size(folder_ + "/records.db"), 8U << 20U);
}

TEST_F(StoreTest, WriterTellsWhenItIsWritten) {
  {
    std::string order;
    Writer writer(open(), loop_, [](const auto&) { ADD_FAILURE(); });
    writer.put(stored(1), [&] { order += "1"; });
    writer.put(stored(2), nullptr);
    writer.remove(1, [&] { order += "3"; });
    run_until([&] { return order == "13"; });
    writer.put(stored(4), nullptr);
  }
  EXPECT_EQ(ids(open()->load()), "r_2 r_4 ");
}

TEST_F(StoreTest, ManyThreadsMayOrder) {
  constexpr std::uint64_t kEach = 50;
  std::atomic<std::size_t> done = 0;
  {
    Writer writer(open(), loop_, nullptr);
    std::vector<std::thread> threads;
    for (std::uint64_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (std::uint64_t i = 0; i < kEach; ++i) {
          writer.put(stored(1 + thread * kEach + i), [&] { ++done; });
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    run_until([&] { return done == 4 * kEach; });
  }
  EXPECT_EQ(open()->load()->size(), 4 * kEach);
}

TEST_F(StoreTest, FailureIsToldOnceAndHoldsNobodyUp) {
  auto store = open();
  // A transaction that is open already makes every further one fail.
  ASSERT_TRUE(store->begin());
  std::string told;
  int done = 0;
  Writer writer(std::move(store), loop_,
                [&](const auto& error) { told += error ? "fails " : "works "; });
  // Its failure ends the open transaction, so the next one works.
  writer.put(stored(1), [&] { ++done; });
  run_until([&] { return done == 1; });
  writer.put(stored(2), [&] { ++done; });
  run_until([&] { return done == 2; });
  EXPECT_EQ(told, "fails works ");
}

TEST_F(StoreTest, WhatCouldNotBeWrittenIsTriedAgainInItsNewestForm) {
  {
    std::optional<bool> works;
    Writer writer(open(), loop_, [&](const auto& error) { works = !error; });
    // No file may grow: as on a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit full = before;
    full.rlim_cur = 0;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    writer.put(stored(1, run::State::kRunning), nullptr);
    writer.put(stored(2, run::State::kRunning), nullptr);
    run_until([&] { return works == false; });
    int done = 0;
    writer.put(stored(1), [&] { ++done; });
    writer.remove(2, [&] { ++done; });
    run_until([&] { return done == 2; });
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    run_until([&] { return works == true; });
  }
  const auto kept = open()->load().value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].number, 1U);
  EXPECT_TRUE(kept[0].finished());
}

TEST_F(StoreTest, LostRunsTellWhatIsKnownOfThem) {
  const base::WallTime created{std::chrono::hours(1)};
  StoredRun live = stored(1, run::State::kStarting);
  live.snapshot.created_at = created;
  live.snapshot.timing.queued = base::Millis(20);
  live.snapshot.version = "3.11.2";
  const StoredRun ran = make_lost(live, created + base::Millis(1270));
  EXPECT_EQ(ran.snapshot.timing.total, base::Millis(1270));
  EXPECT_EQ(ran.snapshot.timing.queued, base::Millis(20));
  EXPECT_EQ(ran.snapshot.version, "3.11.2");
  EXPECT_EQ(make_lost(live, created - base::Millis(5)).snapshot.timing.total, base::Millis(20));

  live.snapshot.phase = run::Phase::kQueue;
  const auto log = std::make_shared<run::EventLog>(run::EventLog::Bounds{});
  log->append(run::QueuedEvent{.position = 3});
  log->append(run::StoppingEvent{.cause = run::Cause::kStop});
  live.log = log->content();
  const StoredRun waited = make_lost(live, created + base::Millis(1270));
  EXPECT_EQ(waited.snapshot.timing.queued, base::Millis(1270));
  ASSERT_EQ(waited.log.head.size(), 1U);
  EXPECT_EQ(std::get<run::QueuedEvent>(waited.log.head[0].event->body).position, 3U);
}

TEST_F(StoreTest, LiveRunOfADeadServerIsLostOnce) {
  put(*open(), stored(1, run::State::kQueued));
  put(*open(), stored(2));
  std::optional<base::WallTime> said;
  for (int i = 0; i < 2; ++i) {
    RecordKeeper keeper(loop_, clock_);
    auto runs = keeper.open(open(), std::chrono::hours(1), nullptr);
    ASSERT_EQ(ids(runs), "r_1 r_2 ");
    const RecordPtr record = service::make_record(runs->front(), {}, clock_);
    const run::RunSnapshot end = record->run->snapshot();
    EXPECT_EQ(end.cause, run::Cause::kServerLost);
    EXPECT_EQ(end.status, run::Status::kServerLost);
    // Whoever has seen as many events as the run can have had gets the last one nevertheless.
    const auto reader =
        record->run->log()->read_after(203, run::EventLog::Pace::kIndependent, nullptr);
    std::string types;
    while (const auto event = reader->next())
      types += std::string(run::type_name(event->body)) + " ";
    EXPECT_EQ(types, "truncated finished ");
    clock_.advance(std::chrono::minutes(5));
    if (i == 0) said = end.finished_at;
    EXPECT_EQ(end.finished_at, said);
  }
}

TEST_F(StoreTest, OldRecordsAreLeftOut) {
  StoredRun old = stored(1);
  old.snapshot.finished_at = clock_.wall_now();
  put(*open(), old);
  clock_.advance(std::chrono::hours(1));
  {
    RecordKeeper keeper(loop_, clock_);
    EXPECT_EQ(ids(keeper.open(open(), std::chrono::hours(1), nullptr)), "");
  }
  EXPECT_EQ(ids(open()->load()), "");
}

}  // namespace
}  // namespace leash::service::records
