#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/units.h"
#include "run/event.h"
#include "run/output_text.h"

namespace leash::run {

/// The one bounded log of a run's events, from which every transport reads.
///
/// Theory of operation. append() gives each event its seq. Events that are not output are always
/// kept (there are few). Of output, the first `retain` bytes are kept for good (the head); after
/// them the newest `window` bytes are kept for live readers (the tail). A reader is a cursor: when
/// the tail has moved past it, it gets one TruncatedEvent, made for it alone, whose seq is that of
/// the last event it missed, and goes on from there. How many bytes it missed is exact, but for one
/// that comes back into a gap: how much of it that one had seen is not known, and the figure is the
/// most that it can be. At most one reader, the pacing one, is never
/// overtaken: while it is more than half a window behind, wants_pause() is true and the run's pipes
/// are not read, so the program waits as it would at a full pipe.
///
/// The head's text is in memory for its last part only, if there is a spill file (output_text.h):
/// appending and reading may then wait for a disk, the lock held. Output that cannot be read back
/// is as if it had not been kept: readers get a TruncatedEvent with its seq, kept_output() ends
/// before it, and is_incomplete() says so.
///
/// Both are bounded in events, too, since a program that prints single bytes makes events that are
/// larger than their text. The head holds its output as text, of which its events are cuts; when it
/// has too many of them, it goes on as text alone: the Run object has it all, a late reader of
/// events gets the gap. The same holds for the piece that fits into the text only in part.
///
/// The log's memory is bounded by 64 KiB for each stream (without a spill file, or while that
/// cannot be written: by retain) + window + one chunk, and 48 bytes for each event of the head,
/// about 300 for each of the tail. Any thread; callbacks are made on the appending or reading
/// thread, outside the lock, and should only post to their own loop.
class EventLog : public std::enable_shared_from_this<EventLog> {
 public:
  struct Bounds {
    base::Bytes retain = base::mib(8);
    base::Bytes window = base::mib(1);
    std::size_t retain_events = 65'536;
    std::size_t window_events = 8'192;
  };
  class Reader;
  enum class Pace : std::uint8_t { kIndependent, kPacing };

  using Counters = std::array<std::uint64_t, 2>;  ///< Output bytes, by stream.
  /// An event as it is held.
  struct Entry {
    EventPtr event;  ///< Null for output of the head: it is made from the text when it is read.
    std::uint64_t seq = 0;
    Counters before{};  ///< Output appended before this event.
    std::uint32_t size = 0;
    Stream stream = Stream::kStdout;
    bool utf8 = true;
  };
  /// All that a log holds, and what one is made of again later.
  struct Content {
    std::vector<Entry> head;
    std::vector<Entry> tail;
    std::array<OutputText, 2> text;  ///< The head's output, by stream.
    bool text_utf8 = true;
    Counters total{};
    std::uint64_t last_seq = 0;
    std::uint32_t largest = 0;  ///< Of all output events, those that are gone included; 0: unknown.
  };

  /// `spill` is for the head's text; null: it stays in memory.
  explicit EventLog(Bounds bounds, const std::shared_ptr<SpillFile>& spill = nullptr)
      : bounds_(bounds), text_{OutputText(spill), OutputText(spill)} {}
  /// A log that goes on where another one was. The cuts of the head lie within its text.
  EventLog(Bounds bounds, Content content);
  /// The events and the spilled text are shared, not copied.
  [[nodiscard]] Content content() const;

  /// Adds an event, wakes the readers and returns its seq. Nothing follows a FinishedEvent.
  std::uint64_t append(EventBody body);

  /// A reader of all events after `after_seq` (0 = from the start). Of two pacing readers at a time
  /// the second is an independent one. `wake` is called whenever next() may give more than before.
  [[nodiscard]] std::unique_ptr<Reader> read_after(std::uint64_t after_seq, Pace pace,
                                                   std::function<void()> wake);

  /// True while the pacing reader has too much before it.
  [[nodiscard]] bool wants_pause() const;
  /// `call` is made each time wants_pause() turns from true to false. Null takes it away.
  void on_resume(std::function<void()> call);

  /// The kept output of one stream, in order: the head only.
  [[nodiscard]] std::string kept_output(Stream stream) const;
  /// The kept output of both streams is well-formed UTF-8. Costs nothing.
  [[nodiscard]] bool kept_is_utf8() const;
  /// True if this stream printed more than the head holds, as far as it could be read so far.
  [[nodiscard]] bool is_incomplete(Stream stream) const;
  /// Output appended so far, kept or not.
  [[nodiscard]] Counters total() const;

  [[nodiscard]] std::uint64_t last_seq() const;
  [[nodiscard]] bool finished() const;

 private:
  using Entries = std::deque<Entry>;

  void append_output(OutputEvent output, std::uint64_t seq);
  /// False if less than all of it was kept.
  [[nodiscard]] bool keep_text(const OutputEvent& output);
  [[nodiscard]] EventPtr event_of(const Entry& entry);
  void evict_tail();
  [[nodiscard]] const Entry* find_after(std::uint64_t seq) const;
  /// The least that a reader of all up to `seq` has seen.
  [[nodiscard]] Counters seen_by(std::uint64_t seq) const;
  [[nodiscard]] std::uint64_t missing(const Reader& reader, const Entry& next) const;
  [[nodiscard]] bool pause_needed() const;
  [[nodiscard]] EventPtr next_for(Reader& reader, std::function<void()>& resume);
  void remove(Reader* reader);

  const Bounds bounds_;
  mutable std::mutex mutex_;
  Entries head_;  ///< Kept for good. Seqs ascend, with gaps once the head is full of output.
  Entries tail_;  ///< The newest output events since then.
  std::array<OutputText, 2> text_;            ///< The head's output, by stream.
  mutable std::array<bool, 2> unreadable_{};  ///< Some of it could not be read.
  bool text_open_ = true;                     ///< Nothing was left out of it yet.
  bool text_utf8_ = true;
  std::size_t head_outputs_ = 0;  ///< Output events in the head.
  bool head_open_ = true;         ///< Nothing was left out of them yet.
  Counters total_{};
  Counters head_bytes_{};  ///< Of the head's output events; its text may be longer.
  std::uint64_t tail_bytes_ = 0;
  std::uint64_t last_seq_ = 0;
  std::uint32_t largest_ = 0;
  bool finished_ = false;
  std::vector<Reader*> readers_;
  Reader* pacing_ = nullptr;
  bool paused_ = false;
  std::function<void()> on_resume_;
};

/// A cursor in a log, which it keeps alive. One thread at a time. Leaving is its destructor.
class EventLog::Reader {
 public:
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  Reader(Reader&&) = delete;
  Reader& operator=(Reader&&) = delete;

  /// The next event, or null if there is none now. Null for ever after the FinishedEvent.
  [[nodiscard]] EventPtr next();
  /// The FinishedEvent was given out.
  [[nodiscard]] bool at_end() const { return at_end_; }

 private:
  friend class EventLog;
  Reader(std::shared_ptr<EventLog> log, std::uint64_t after_seq, std::function<void()> wake)
      : log_(std::move(log)), position_(after_seq), wake_(std::move(wake)) {}

  std::shared_ptr<EventLog> log_;
  std::uint64_t position_;     ///< The seq of the last event given out.
  EventLog::Counters seen_{};  ///< Output bytes up to there.
  bool at_end_ = false;
  std::function<void()> wake_;
};

}  // namespace leash::run
