#include "run/event_log.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace leash::run {
namespace {

std::size_t index(Stream stream) {
  return static_cast<std::size_t>(stream);
}

}  // namespace

std::uint64_t EventLog::append(EventBody body) {
  std::vector<std::function<void()>> wakes;
  std::uint64_t seq = 0;
  {
    const std::scoped_lock lock(mutex_);
    assert(!finished_);
    seq = ++last_seq_;
    finished_ = std::holds_alternative<FinishedEvent>(body);
    auto event = std::make_shared<const Event>(Event{.seq = seq, .body = std::move(body)});
    const auto* output = std::get_if<OutputEvent>(&event->body);
    const Counters before = total_;
    if (output == nullptr) {
      head_.push_back({std::move(event), before});
    } else {
      const std::uint64_t size = output->data.size();
      const std::size_t stream = index(output->stream);
      total_[stream] += size;
      // Once something was not kept the head takes no more output: it is a beginning, not a sieve.
      const bool head_open = tail_.empty() && kept_ == before;
      if (head_open && kept_[0] + kept_[1] + size <= bounds_.retain.count) {
        kept_[stream] += size;
        head_.push_back({std::move(event), before});
      } else {
        tail_bytes_ += size;
        tail_.push_back({std::move(event), before});
        evict_tail();
      }
    }
    paused_ = paused_ || pause_needed();
    wakes.reserve(readers_.size());
    for (const Reader* reader : readers_) wakes.push_back(reader->wake_);
  }
  for (const auto& wake : wakes) {
    if (wake) wake();
  }
  return seq;
}

void EventLog::evict_tail() {
  while (tail_.size() > 1 && tail_bytes_ > bounds_.window.count) {
    // The pacing reader is never overtaken; the run waits for it, which bounds what is kept.
    if (pacing_ != nullptr && tail_.front().event->seq > pacing_->position_) return;
    tail_bytes_ -= std::get<OutputEvent>(tail_.front().event->body).data.size();
    tail_.pop_front();
  }
}

std::unique_ptr<EventLog::Reader> EventLog::read_after(std::uint64_t after_seq, Pace pace,
                                                       std::function<void()> wake) {
  std::unique_ptr<Reader> reader(new Reader(shared_from_this(), after_seq, std::move(wake)));
  const std::scoped_lock lock(mutex_);
  // The output before the first event this reader will get has been seen by it, as far as known.
  if (const Entry* next = find_after(after_seq); next == nullptr) {
    reader->seen_ = total_;
  } else if (next->event->seq == after_seq + 1) {
    reader->seen_ = next->before;
  } else {
    reader->seen_ = after_seq == 0 ? Counters{} : kept_;
  }
  readers_.push_back(reader.get());
  if (pace == Pace::kPacing && pacing_ == nullptr) pacing_ = reader.get();
  return reader;
}

const EventLog::Entry* EventLog::find_after(std::uint64_t seq) const {
  const auto later = [](std::uint64_t value, const Entry& entry) {
    return value < entry.event->seq;
  };
  const auto head = std::upper_bound(head_.begin(), head_.end(), seq, later);
  const auto tail = std::upper_bound(tail_.begin(), tail_.end(), seq, later);
  if (head == head_.end()) return tail == tail_.end() ? nullptr : &*tail;
  if (tail == tail_.end()) return &*head;
  return head->event->seq < tail->event->seq ? &*head : &*tail;
}

bool EventLog::pause_needed() const {
  if (pacing_ == nullptr || finished_) return false;
  const std::uint64_t behind = total_[0] + total_[1] - pacing_->seen_[0] - pacing_->seen_[1];
  return behind > bounds_.window.count / 2;
}

EventPtr EventLog::next_for(Reader& reader, std::function<void()>& resume) {
  const std::scoped_lock lock(mutex_);
  if (reader.at_end_) return nullptr;
  const Entry* entry = find_after(reader.position_);
  if (entry == nullptr) return nullptr;
  EventPtr event;
  if (entry->event->seq > reader.position_ + 1) {
    // Only output is ever evicted, so the gap is output that this reader will not get.
    const std::uint64_t missing_out = entry->before[0] - reader.seen_[0];
    const std::uint64_t missing_err = entry->before[1] - reader.seen_[1];
    TruncatedEvent truncated{.missing_bytes = missing_out + missing_err,
                             .last_seq = entry->event->seq - 1};
    if (missing_err == 0) truncated.stream = Stream::kStdout;
    if (missing_out == 0) truncated.stream = Stream::kStderr;
    reader.position_ = entry->event->seq - 1;
    reader.seen_ = entry->before;
    event = std::make_shared<const Event>(Event{.seq = reader.position_, .body = truncated});
  } else {
    event = entry->event;
    reader.position_ = event->seq;
    reader.seen_ = entry->before;
    if (const auto* output = std::get_if<OutputEvent>(&event->body)) {
      reader.seen_[index(output->stream)] += output->data.size();
    }
    reader.at_end_ = std::holds_alternative<FinishedEvent>(event->body);
  }
  if (paused_ && !pause_needed()) {
    paused_ = false;
    resume = on_resume_;
  }
  return event;
}

void EventLog::remove(Reader* reader) {
  std::function<void()> resume;
  {
    const std::scoped_lock lock(mutex_);
    std::erase(readers_, reader);
    if (pacing_ == reader) {
      pacing_ = nullptr;
      if (std::exchange(paused_, false)) resume = on_resume_;
    }
  }
  if (resume) resume();
}

bool EventLog::wants_pause() const {
  const std::scoped_lock lock(mutex_);
  return paused_;
}

void EventLog::on_resume(std::function<void()> call) {
  const std::scoped_lock lock(mutex_);
  on_resume_ = std::move(call);
}

std::string EventLog::kept_output(Stream stream) const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  text.reserve(kept_[index(stream)]);
  for (const Entry& entry : head_) {
    const auto* output = std::get_if<OutputEvent>(&entry.event->body);
    if (output != nullptr && output->stream == stream) text += output->data;
  }
  return text;
}

bool EventLog::is_incomplete(Stream stream) const {
  const std::scoped_lock lock(mutex_);
  return kept_[index(stream)] != total_[index(stream)];
}

std::uint64_t EventLog::last_seq() const {
  const std::scoped_lock lock(mutex_);
  return last_seq_;
}

bool EventLog::finished() const {
  const std::scoped_lock lock(mutex_);
  return finished_;
}

EventLog::Reader::~Reader() {
  log_->remove(this);
}

EventPtr EventLog::Reader::next() {
  std::function<void()> resume;
  EventPtr event = log_->next_for(*this, resume);
  if (resume) resume();
  return event;
}

}  // namespace leash::run
