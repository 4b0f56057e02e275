#include "service/testing/run_ledger.h"

#include <limits>
#include <utility>

namespace leash::service {

using run::Cause;
using run::State;

void RunLedger::require(bool holds, const std::string& rule) {
  if (!holds && complaint_.empty()) complaint_ = "run " + std::to_string(number_) + ": " + rule;
}

void RunLedger::look(const std::set<Cause>& may_store) {
  const run::RunSnapshot now = run().snapshot();
  require(now.state >= state_, "its state went back");
  state_ = now.state;
  if (cause_ == Cause::kNone && now.cause != Cause::kNone) {
    require(may_store.contains(now.cause),
            "nobody gave cause " + std::string(async::to_string(now.cause)));
    cause_ = now.cause;
  }
  require(now.cause == cause_, "its cause was rewritten");
  require((cause_ == Cause::kNone) == (now.state < State::kStopping), "stopped without a cause");
  require(run().token().reason() == cause_, "the token says another cause");
  require((now.status == run::Status::kNone) == (now.state != State::kFinished),
          "a status too soon");
}

void RunLedger::open_reader(std::uint64_t after_seq) {
  Reading reading{.last_seq = after_seq, .whole = after_seq == 0};
  reading.after_the_end = run().log()->finished() && after_seq == run().log()->last_seq();
  reading.reader = run().log()->read_after(after_seq, run::EventLog::Pace::kIndependent, nullptr);
  readers_.push_back(std::move(reading));
}

void RunLedger::read(std::size_t reader, std::size_t events) {
  Reading& reading = readers_.at(reader);
  for (; events > 0; --events) {
    const run::EventPtr event = reading.reader->next();
    if (event == nullptr) return;
    take(reading, *event);
  }
}

void RunLedger::take(Reading& reading, const run::Event& event) {
  require(reading.finished == 0, "an event after the last");
  if (std::holds_alternative<run::TruncatedEvent>(event.body)) {
    // Made for this reader alone: it stands for all that it missed.
    require(event.seq > reading.last_seq, "a seq went back");
    reading.whole = false;
  } else {
    require(event.seq == reading.last_seq + 1, "a gap before seq " + std::to_string(event.seq));
  }
  reading.last_seq = event.seq;
  if (const auto* output = std::get_if<run::OutputEvent>(&event.body)) {
    reading.output += output->data;
  } else if (const auto* stopping = std::get_if<run::StoppingEvent>(&event.body)) {
    require(reading.stopping == Cause::kNone, "stopping twice");
    reading.stopping = stopping->cause;
    require(stopping->cause == cause_ || cause_ == Cause::kNone, "another cause in its stopping");
  } else if (const auto* finished = std::get_if<run::FinishedEvent>(&event.body)) {
    ++reading.finished;
    const run::RunSnapshot& told = *finished->snapshot;
    require(told.cause == run().snapshot().cause, "another cause in its finished");
    require(told.status == run::status_of(told.cause, told.exit), "a status that does not follow");
  }
}

std::function<void(StopAnswer)> RunLedger::expect_stop_answer() {
  ++stops_sent_;
  const bool unfinished = !finished();
  return [this, unfinished](const StopAnswer& answer) {
    ++stops_answered_;
    const bool stopped = unfinished && finished() && answer.snapshot.cause == Cause::kStop;
    require(answer.stopped == stopped, "its stop was answered untruly");
    require(answer.is_empty == finished(), "empty was said untruly");
  };
}

void RunLedger::close() {
  open_reader(0);
  for (std::size_t i = 0; i < readers_.size(); ++i)
    read(i, std::numeric_limits<std::size_t>::max());
  require(finished(), "it never ended");
  require(stops_answered_ == stops_sent_, std::to_string(stops_sent_) + " stops got " +
                                              std::to_string(stops_answered_) + " answers");
  const std::string* output = nullptr;
  for (const Reading& reading : readers_) {
    require(reading.finished == (reading.after_the_end ? 0 : 1),
            "a reader without the one finished event");
    if (!reading.whole) continue;
    require(output == nullptr || *output == reading.output, "two readers read different things");
    output = &reading.output;
    const bool own = run::is_own_end(run().snapshot().cause);
    require(reading.stopping == (own ? Cause::kNone : cause_),
            "no stopping event, or an untrue one");
  }
}

}  // namespace leash::service
