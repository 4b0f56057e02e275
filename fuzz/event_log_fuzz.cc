// Replay of an event log after any Last-Event-ID, at any time, with bounds that are always met: a
// reader sees events in order, each gap accounted for, to the last byte. The input is a list of
// operations.
#include <array>
#include <map>
#include <vector>

#include "fuzz/check.h"
#include "run/event_log.h"

namespace {

using leash::fuzz::require;
using namespace leash::run;  // NOLINT: the subject of this file

constexpr EventLog::Bounds kBounds{
    .retain = {64}, .window = {48}, .retain_events = 6, .window_events = 5};

/// What was appended, by seq.
using Truth = std::map<std::uint64_t, EventBody>;

std::uint64_t bytes_between(const Truth& truth, std::uint64_t after, std::uint64_t last) {
  std::uint64_t bytes = 0;
  for (auto it = truth.upper_bound(after); it != truth.end() && it->first <= last; ++it) {
    if (const auto* output = std::get_if<OutputEvent>(&it->second)) bytes += output->data.size();
  }
  return bytes;
}

struct Follower {
  std::unique_ptr<EventLog::Reader> reader;
  std::uint64_t position = 0;  ///< Of the last event it was given.
  bool from_known = true;      ///< It began at an event that the log still knew.
};

void read_some(Follower& follower, const Truth& truth, int most) {
  for (int i = 0; i < most; ++i) {
    const EventPtr event = follower.reader->next();
    if (event == nullptr) return;
    require(event->seq > follower.position, "events come in order");
    if (const auto* gap = std::get_if<TruncatedEvent>(&event->body)) {
      require(gap->last_seq == event->seq, "a gap has the number of its last event");
      const auto missing = bytes_between(truth, follower.position, event->seq);
      require(gap->missing_bytes >= missing, "no byte is dropped silently");
      if (follower.from_known) require(gap->missing_bytes == missing, "every byte is told");
      for (auto it = truth.upper_bound(follower.position);
           it != truth.end() && it->first <= event->seq; ++it) {
        require(std::holds_alternative<OutputEvent>(it->second), "only output is ever left out");
      }
    } else {
      require(event->seq == follower.position + 1, "no gap is silent");
      const EventBody& appended = truth.at(event->seq);
      require(appended.index() == event->body.index(), "the event that was appended");
      if (const auto* output = std::get_if<OutputEvent>(&event->body)) {
        const auto& expected = std::get<OutputEvent>(appended);
        require(output->data == expected.data && output->stream == expected.stream, "its output");
      }
    }
    follower.position = event->seq;
    follower.from_known = true;
  }
}

/// Two logs give a new reader the same.
void check_same(const std::shared_ptr<EventLog>& log, const std::shared_ptr<EventLog>& copy,
                std::uint64_t after) {
  const auto one = log->read_after(after, EventLog::Pace::kIndependent, nullptr);
  const auto other = copy->read_after(after, EventLog::Pace::kIndependent, nullptr);
  while (const auto event = one->next()) {
    const auto twin = other->next();
    require(twin && twin->seq == event->seq && twin->body.index() == event->body.index(), "twins");
    if (const auto* gap = std::get_if<TruncatedEvent>(&event->body)) {
      require(std::get<TruncatedEvent>(twin->body).missing_bytes == gap->missing_bytes, "gaps");
    }
  }
  require(other->next() == nullptr, "no more than the other");
}

class Session {
 public:
  void step(unsigned char operation, unsigned char argument) {
    switch (operation % 8) {
      case 0:
      case 1:
      case 2:
        append(
            OutputEvent{.stream = argument % 2 == 0 ? Stream::kStdout : Stream::kStderr,
                        .data = std::string(argument / 4, static_cast<char>('a' + argument % 26)),
                        .utf8 = true});
        break;
      case 3:
        append(StartedEvent{.version = "1"});
        break;
      case 4:
        follow(argument);
        break;
      case 5:
        if (!followers_.empty()) {
          read_some(followers_[argument % followers_.size()], truth_, 1 + argument / 16);
        }
        break;
      case 6:
        if (!followers_.empty()) {
          followers_.erase(followers_.begin() +
                           static_cast<std::ptrdiff_t>(argument % followers_.size()));
        }
        break;
      case 7:
        check_same(log_, std::make_shared<EventLog>(kBounds, log_->content()), argument);
        break;
    }
    std::uint64_t kept = log_->kept_output(Stream::kStdout).size();
    kept += log_->kept_output(Stream::kStderr).size();
    require(kept <= kBounds.retain.count, "what is kept is bounded");
  }

  void finish() {
    append(FinishedEvent{});
    for (Follower& follower : followers_) {
      read_some(follower, truth_, 1'000'000);
      require(follower.reader->at_end(), "every reader gets to the end");
      require(follower.position >= log_->last_seq(), "and nothing is behind it");
      require(follower.reader->next() == nullptr, "the end is the end");
    }
    followers_.clear();
    require(!log_->wants_pause(), "nobody is left to wait for");
  }

 private:
  void append(EventBody body) {
    const std::uint64_t seq = log_->append(body);
    require(seq == truth_.size() + 1, "seqs count from 1");
    truth_.emplace(seq, std::move(body));
  }

  void follow(unsigned char argument) {
    if (followers_.size() >= 6) return;
    // Of what exists, as the service asks for; 0 is the start.
    const std::uint64_t after = argument / 2 % (truth_.size() + 1);
    const auto pace = argument % 2 == 0 ? EventLog::Pace::kIndependent : EventLog::Pace::kPacing;
    Follower follower{.reader = log_->read_after(after, pace, nullptr), .position = after};
    follower.from_known = after == 0;
    followers_.push_back(std::move(follower));
  }

  std::shared_ptr<EventLog> log_ = std::make_shared<EventLog>(kBounds);
  Truth truth_;
  std::vector<Follower> followers_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  Session session;
  for (std::size_t i = 0; i + 1 < size && i < 1000; i += 2) session.step(data[i], data[i + 1]);
  session.finish();
  return 0;
}
