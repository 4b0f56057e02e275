#include "run/event_log.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/utf8.h"

namespace leash::run {
namespace {

std::size_t index(Stream stream) {
  return static_cast<std::size_t>(stream);
}

}  // namespace

EventLog::EventLog(Bounds bounds, Content content)
    : bounds_(bounds),
      head_(content.head.begin(), content.head.end()),
      tail_(content.tail.begin(), content.tail.end()),
      text_(std::move(content.text)),
      text_utf8_(content.text_utf8),
      total_(content.total),
      last_seq_(content.last_seq),
      largest_(content.largest) {
  for (const Entry& entry : head_) {
    if (entry.event) continue;
    head_bytes_[index(entry.stream)] += entry.size;
    ++head_outputs_;
  }
  for (const Entry& entry : tail_) tail_bytes_ += entry.size;
  text_open_ = text_[0].size() == total_[0] && text_[1].size() == total_[1];
  head_open_ = text_open_ && head_bytes_ == total_;
}

EventLog::Content EventLog::content() const {
  const std::scoped_lock lock(mutex_);
  return {.head = {head_.begin(), head_.end()},
          .tail = {tail_.begin(), tail_.end()},
          .text = text_,
          .text_utf8 = text_utf8_,
          .total = total_,
          .last_seq = last_seq_,
          .largest = largest_};
}

std::uint64_t EventLog::append(EventBody body) {
  std::vector<std::function<void()>> wakes;
  std::uint64_t seq = 0;
  {
    const std::scoped_lock lock(mutex_);
    assert(!finished_);
    seq = ++last_seq_;
    finished_ = std::holds_alternative<FinishedEvent>(body);
    if (auto* output = std::get_if<OutputEvent>(&body)) {
      append_output(std::move(*output), seq);
    } else {
      auto event = std::make_shared<const Event>(Event{.seq = seq, .body = std::move(body)});
      head_.push_back({.event = std::move(event), .seq = seq, .before = total_});
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

void EventLog::append_output(OutputEvent output, std::uint64_t seq) {
  const std::size_t stream = index(output.stream);
  Entry entry{.seq = seq,
              .before = total_,
              .size = static_cast<std::uint32_t>(output.data.size()),
              .stream = output.stream,
              .utf8 = output.utf8};
  total_[stream] += entry.size;
  largest_ = std::max(largest_, entry.size);
  // A beginning, not a sieve: once something was left out nothing more is taken in.
  text_open_ = text_open_ && keep_text(output);
  head_open_ = head_open_ && text_open_ && head_outputs_ < bounds_.retain_events;
  if (head_open_) {
    ++head_outputs_;
    head_bytes_[stream] += entry.size;
    head_.push_back(std::move(entry));
    return;
  }
  tail_bytes_ += entry.size;
  entry.event = std::make_shared<const Event>(Event{.seq = seq, .body = std::move(output)});
  tail_.push_back(std::move(entry));
  evict_tail();
}

bool EventLog::keep_text(const OutputEvent& output) {
  const std::uint64_t kept = text_[0].size() + text_[1].size();
  std::string_view part = output.data;
  part = part.substr(0, bounds_.retain.count - std::min(bounds_.retain.count, kept));
  if (output.utf8) part.remove_suffix(base::incomplete_utf8_tail(part));
  text_[index(output.stream)].append(part);
  text_utf8_ = text_utf8_ && (output.utf8 || part.empty());
  return part.size() == output.data.size();
}

EventPtr EventLog::event_of(const Entry& entry) {
  if (entry.event) return entry.event;
  // Of the head, whose output is gapless: what was before it is where it stands.
  const std::size_t stream = index(entry.stream);
  Event event{.seq = entry.seq, .body = {}};
  OutputEvent output{.stream = entry.stream, .data = {}, .utf8 = entry.utf8};
  if (text_[stream].read(entry.before[stream], entry.size, output.data)) {
    event.body = std::move(output);
  } else {
    unreadable_[stream] = true;
    event.body =
        TruncatedEvent{.stream = entry.stream, .missing_bytes = entry.size, .last_seq = entry.seq};
  }
  return std::make_shared<const Event>(std::move(event));
}

void EventLog::evict_tail() {
  while (tail_.size() > 1 &&
         (tail_bytes_ > bounds_.window.count || tail_.size() > bounds_.window_events)) {
    // The pacing reader is never overtaken; the run waits for it, which bounds what is kept.
    if (pacing_ != nullptr && tail_.front().seq > pacing_->position_) return;
    tail_bytes_ -= tail_.front().size;
    tail_.pop_front();
  }
}

std::unique_ptr<EventLog::Reader> EventLog::read_after(std::uint64_t after_seq, Pace pace,
                                                       std::function<void()> wake) {
  std::unique_ptr<Reader> reader(new Reader(shared_from_this(), after_seq, std::move(wake)));
  const std::scoped_lock lock(mutex_);
  reader->seen_ = seen_by(after_seq);
  readers_.push_back(reader.get());
  if (pace == Pace::kPacing && pacing_ == nullptr) pacing_ = reader.get();
  return reader;
}

const EventLog::Entry* EventLog::find_after(std::uint64_t seq) const {
  const auto later = [](std::uint64_t value, const Entry& entry) { return value < entry.seq; };
  const auto head = std::upper_bound(head_.begin(), head_.end(), seq, later);
  const auto tail = std::upper_bound(tail_.begin(), tail_.end(), seq, later);
  if (head == head_.end()) return tail == tail_.end() ? nullptr : &*tail;
  if (tail == tail_.end()) return &*head;
  return head->seq < tail->seq ? &*head : &*tail;
}

EventLog::Counters EventLog::seen_by(std::uint64_t seq) const {
  const Entry* next = find_after(seq);
  if (next == nullptr) return total_;
  if (next->seq == seq + 1) return next->before;
  // Between two that are kept: what was there at the first of them, which is in the head.
  const auto later = [](std::uint64_t value, const Entry& entry) { return value < entry.seq; };
  const auto after = std::upper_bound(head_.begin(), head_.end(), seq, later);
  if (after == head_.begin()) return {};
  const Entry& last = *std::prev(after);
  Counters seen = last.before;
  seen[index(last.stream)] += last.size;
  return seen;
}

std::uint64_t EventLog::missing(const Reader& reader, const Entry& next) const {
  const std::uint64_t bytes = next.before[0] - reader.seen_[0] + next.before[1] - reader.seen_[1];
  // More than is missing if the reader came back into this gap; but so many events hold no more.
  const std::uint64_t events = next.seq - 1 - reader.position_;
  return largest_ == 0 ? bytes : std::min(bytes, events * largest_);
}

bool EventLog::pause_needed() const {
  if (pacing_ == nullptr || finished_) return false;
  const std::uint64_t behind = total_[0] + total_[1] - pacing_->seen_[0] - pacing_->seen_[1];
  const std::uint64_t events = last_seq_ - std::min(last_seq_, pacing_->position_);
  return behind > bounds_.window.count / 2 || events > bounds_.window_events / 2;
}

EventPtr EventLog::next_for(Reader& reader, std::function<void()>& resume) {
  const std::scoped_lock lock(mutex_);
  if (reader.at_end_) return nullptr;
  const Entry* entry = find_after(reader.position_);
  if (entry == nullptr) return nullptr;
  EventPtr event;
  if (entry->seq > reader.position_ + 1) {
    // Only output is ever evicted, so the gap is output that this reader will not get.
    const std::uint64_t missing_out = entry->before[0] - reader.seen_[0];
    const std::uint64_t missing_err = entry->before[1] - reader.seen_[1];
    TruncatedEvent truncated{.missing_bytes = missing(reader, *entry), .last_seq = entry->seq - 1};
    if (missing_err == 0 && missing_out > 0) truncated.stream = Stream::kStdout;
    if (missing_out == 0 && missing_err > 0) truncated.stream = Stream::kStderr;
    reader.position_ = entry->seq - 1;
    reader.seen_ = entry->before;
    event = std::make_shared<const Event>(Event{.seq = reader.position_, .body = truncated});
  } else {
    event = event_of(*entry);
    reader.position_ = event->seq;
    reader.seen_ = entry->before;
    reader.seen_[index(entry->stream)] += entry->size;
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
  std::string output;
  const OutputText& text = text_[index(stream)];
  if (!text.read(0, text.size(), output)) unreadable_[index(stream)] = true;
  // Of one that could not be read to its end, now or when it was written down.
  if (text_utf8_) output.resize(output.size() - base::incomplete_utf8_tail(output));
  return output;
}

bool EventLog::kept_is_utf8() const {
  const std::scoped_lock lock(mutex_);
  return text_utf8_;
}

bool EventLog::is_incomplete(Stream stream) const {
  const std::scoped_lock lock(mutex_);
  return unreadable_[index(stream)] || text_[index(stream)].size() != total_[index(stream)];
}

EventLog::Counters EventLog::total() const {
  const std::scoped_lock lock(mutex_);
  return total_;
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
