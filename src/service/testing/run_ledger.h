#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "service/service.h"

namespace leash::service {

/// For tests: what was seen of one run in a history, and the rules that it is held to. It looks
/// at the run after every step; a rule that was broken is said once, by complaint().
class RunLedger {
 public:
  RunLedger(int number, RecordPtr record) : number_(number), record_(std::move(record)) {}

  [[nodiscard]] const RecordPtr& record() const { return record_; }
  [[nodiscard]] run::Run& run() const { return *record_->run; }
  [[nodiscard]] bool finished() const { return run().finished(); }
  [[nodiscard]] int number() const { return number_; }

  /// After each step: states only go on, and a cause that is new is one of those that the step may
  /// have stored. The first one stays.
  void look(const std::set<run::Cause>& may_store);
  /// A reader of the events after this seq; followed to the end.
  void open_reader(std::uint64_t after_seq);
  /// One reader takes up to so many events.
  void read(std::size_t reader, std::size_t events);
  [[nodiscard]] std::size_t readers() const { return readers_.size(); }
  /// A stop that was sent now; `answered` counts it.
  std::function<void(StopAnswer)> expect_stop_answer();

  /// When all is over: reads every reader to its end and checks the whole.
  void close();
  /// Empty if all rules held.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

 private:
  struct Reading {
    std::unique_ptr<run::EventLog::Reader> reader;
    std::uint64_t last_seq = 0;
    bool whole = true;           ///< From the start and nothing was missed.
    bool after_the_end = false;  ///< It was opened behind the finished event.
    std::string output;
    run::Cause stopping = run::Cause::kNone;
    int finished = 0;
  };
  void require(bool holds, const std::string& rule);
  void take(Reading& reading, const run::Event& event);

  const int number_;
  const RecordPtr record_;
  run::State state_ = run::State::kQueued;
  run::Cause cause_ = run::Cause::kNone;
  std::vector<Reading> readers_;
  int stops_sent_ = 0;
  int stops_answered_ = 0;
  std::string complaint_;
};

}  // namespace leash::service
