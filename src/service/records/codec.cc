#include "service/records/codec.h"

#include <algorithm>
#include <boost/crc.hpp>
#include <concepts>
#include <cstring>
#include <type_traits>
#include <utility>

namespace leash::service::records {
namespace {

using run::EventLog;

/// One is in memory twice more while SQLite writes it.
constexpr std::size_t kPiece = std::size_t{128} << 10;

/// T, or T to be changed: what a list of fields is written for once, to be encoded and decoded.
template <typename S, typename T>
concept Like = std::same_as<std::remove_const_t<S>, T>;
template <typename T>
concept Plain = std::is_enum_v<T> || std::integral<T>;

class Encoder {
 public:
  template <typename... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  /// At the end of a record: those of earlier versions of this program are without it.
  template <typename T>
  void added_later(const T& value) {
    put(value);
  }
  [[nodiscard]] std::size_t size() const { return out_.size(); }
  /// With the checksum.
  [[nodiscard]] std::string take() {
    boost::crc_32_type sum;
    sum.process_bytes(out_.data(), out_.size());
    put(std::uint64_t{sum.checksum()});
    return std::exchange(out_, {});
  }

 private:
  template <typename T>
  void put(const T& value);

  std::string out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : left_(bytes) {
    if (left_.size() < sizeof(std::uint64_t)) {
      bad_ = true;
      return;
    }
    Decoder sum;
    sum.left_ = left_.substr(left_.size() - sizeof(std::uint64_t));
    std::uint64_t written = 0;
    sum(written);
    left_.remove_suffix(sizeof(std::uint64_t));
    boost::crc_32_type real;
    real.process_bytes(left_.data(), left_.size());
    bad_ = written != real.checksum();
  }
  template <typename... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  template <typename T>
  void added_later(T& value) {
    if (!at_end()) get(value);
  }
  /// All was there. Until it is known to be so, what was read may be anything.
  [[nodiscard]] bool ok() const { return !bad_; }
  [[nodiscard]] bool at_end() const { return bad_ || left_.empty(); }
  void fail() { bad_ = true; }

 private:
  Decoder() = default;
  template <typename T>
  void get(T& value);

  std::string_view left_;
  bool bad_ = false;
};

template <typename A, Like<run::ProgramExit> S>
void fields(A& archive, S& exit) {
  archive(exit.signaled, exit.code);
}
template <typename A, Like<run::CompileReport> S>
void fields(A& archive, S& report) {
  archive(report.exit, report.stdout_data, report.stderr_data, report.elapsed, report.cached);
}
template <typename A, Like<run::Timing> S>
void fields(A& archive, S& timing) {
  archive(timing.queued, timing.start, timing.compile, timing.run, timing.total);
}
template <typename A, Like<run::Stages> S>
void fields(A& archive, S& stages) {
  archive(stages.claim, stages.job, stages.first_byte, stages.exit, stages.empty, stages.settle);
}
template <typename A, Like<run::Usage> S>
void fields(A& archive, S& usage) {
  archive(usage.cpu, usage.peak_memory, usage.peak_tasks, usage.stdout_bytes, usage.stderr_bytes,
          usage.tasks_refused, usage.disk_full);
}
template <typename A, Like<run::StopProof> S>
void fields(A& archive, S& proof) {
  // The monotonic clock may start anew: only the distances from `requested` are kept.
  base::Duration signaled = proof.signaled - proof.requested;
  base::Duration emptied = proof.emptied - proof.requested;
  archive(proof.cause, proof.requested_at, signaled, emptied, proof.processes_killed, proof.empty);
  if constexpr (!std::is_const_v<S>) {
    proof.signaled = proof.requested + signaled;
    proof.emptied = proof.requested + emptied;
  }
}
template <typename A, Like<run::RunSnapshot> S>
void fields(A& archive, S& run) {
  archive(run.id, run.language, run.version, run.state, run.cause, run.status, run.phase, run.exit,
          run.setup_error, run.compile, run.timing, run.waited_for_slot, run.usage, run.stop,
          run.stdout_truncated, run.stderr_truncated, run.created_at, run.finished_at);
}
template <typename A, Like<RunPolicy> S>
void fields(A& archive, S& policy) {
  archive(policy.on_disconnect, policy.disconnect_grace, policy.encoding, policy.key, policy.keep);
}
template <typename A, Like<RequestMark> S>
void fields(A& archive, S& mark) {
  archive(mark.key, mark.body);
}
template <typename A, Like<StoredRun> S>
void fields(A& archive, S& run) {
  archive(run.number, run.tenant, run.policy, run.mark, run.output_limit, run.snapshot,
          run.log.text_utf8, run.log.total, run.log.last_seq);
  archive.added_later(run.snapshot.timing.stages);
}
template <typename A, Like<run::QueuedEvent> S>
void fields(A& archive, S& event) {
  archive(event.position);
}
template <typename A, Like<run::StartedEvent> S>
void fields(A& archive, S& event) {
  archive(event.version);
}
template <typename A, Like<run::CompileEvent> S>
void fields(A& archive, S& event) {
  archive(event.report);
}
template <typename A, Like<run::OutputEvent> S>
void fields(A& archive, S& event) {
  archive(event.stream, event.utf8, event.data);
}
template <typename A, Like<run::TruncatedEvent> S>
void fields(A& archive, S& event) {
  archive(event.stream, event.missing_bytes, event.last_seq);
}
template <typename A, Like<run::StoppingEvent> S>
void fields(A& archive, S& event) {
  archive(event.cause);
}

template <typename T>
constexpr bool kIsOptional = false;
template <typename T>
constexpr bool kIsOptional<std::optional<T>> = true;
template <typename T>
constexpr bool kIsArray = false;
template <typename T, std::size_t N>
constexpr bool kIsArray<std::array<T, N>> = true;

template <typename T>
void Encoder::put(const T& value) {
  if constexpr (Plain<T>) {
    const auto number = static_cast<std::uint64_t>(value);
    out_.append(reinterpret_cast<const char*>(&number), sizeof number);
  } else if constexpr (std::same_as<T, std::string>) {
    put(value.size());
    out_ += value;
  } else if constexpr (std::same_as<T, base::Bytes>) {
    put(value.count);
  } else if constexpr (std::same_as<T, base::WallTime>) {
    put(value.time_since_epoch().count());
  } else if constexpr (kIsOptional<T>) {
    put(value.has_value());
    if (value) put(*value);
  } else if constexpr (kIsArray<T>) {
    for (const auto& element : value) put(element);
  } else if constexpr (requires { value.count(); }) {
    put(value.count());
  } else {
    fields(*this, value);
  }
}

template <typename T>
void Decoder::get(T& value) {
  if constexpr (Plain<T>) {
    std::uint64_t number = 0;
    if (left_.size() < sizeof number) bad_ = true;
    if (bad_) return;
    std::memcpy(&number, left_.data(), sizeof number);
    left_.remove_prefix(sizeof number);
    value = static_cast<T>(number);
  } else if constexpr (std::same_as<T, std::string>) {
    std::size_t size = 0;
    get(size);
    if (left_.size() < size) bad_ = true;
    if (bad_) return;
    value = left_.substr(0, size);
    left_.remove_prefix(size);
  } else if constexpr (std::same_as<T, base::Bytes>) {
    get(value.count);
  } else if constexpr (std::same_as<T, base::WallTime>) {
    base::WallTime::rep count = 0;
    get(count);
    value = base::WallTime(base::WallTime::duration(count));
  } else if constexpr (kIsOptional<T>) {
    bool has_value = false;
    get(has_value);
    if (has_value && !bad_) get(value.emplace());
  } else if constexpr (kIsArray<T>) {
    for (auto& element : value) get(element);
  } else if constexpr (requires { value.count(); }) {
    typename T::rep count = 0;
    get(count);
    value = T(count);
  } else {
    fields(*this, value);
  }
}

/// What stands before each part of a log.
enum class Part : std::uint8_t { kCut, kEvent, kTail, kText };

void encode_entry(Encoder& encoder, const EventLog::Entry& entry, bool in_tail) {
  if (!entry.event) {
    encoder(Part::kCut, entry.seq, entry.before, entry.size, entry.stream, entry.utf8);
    return;
  }
  const run::EventBody& body = entry.event->body;
  encoder(in_tail ? Part::kTail : Part::kEvent, entry.seq, entry.before, body.index());
  std::visit(
      [&]<typename Event>(const Event& event) {
        if constexpr (!std::same_as<Event, run::FinishedEvent>) encoder(event);
      },
      body);
}

/// Gives a piece away if it has so many bytes.
base::Result<void> give_from(std::size_t size, Encoder& encoder, const TakePiece& take) {
  if (encoder.size() < size) return {};
  return take(encoder.take());
}

/// Gives how much of the stream's text there is, which is what can be read of it.
base::Result<std::uint64_t> encode_text(Encoder& encoder, const EventLog::Content& log,
                                        run::Stream stream, const TakePiece& take) {
  const run::OutputText& text = log.text.at(static_cast<std::size_t>(stream));
  std::uint64_t at = 0;
  for (bool readable = true; readable && at < text.size();) {
    std::string part;
    const std::uint64_t size = std::min<std::uint64_t>(kPiece, text.size() - at);
    readable = text.read(at, size, part).has_value();
    at += part.size();
    if (!part.empty()) encoder(Part::kText, stream, part);
    if (auto taken = give_from(kPiece, encoder, take); !taken) return taken.error();
  }
  return at;
}

/// The event of the variant's alternative `kind`.
template <std::size_t I = 0>
bool decode_body(Decoder& decoder, std::size_t kind, run::EventBody& body) {
  if constexpr (I < std::variant_size_v<run::EventBody>) {
    using Event = std::variant_alternative_t<I, run::EventBody>;
    if (kind != I) return decode_body<I + 1>(decoder, kind, body);
    if constexpr (!std::same_as<Event, run::FinishedEvent>) {
      decoder(body.emplace<I>());
      return true;
    }
  }
  return false;
}

}  // namespace

std::string encode(const StoredRun& run) {
  Encoder encoder;
  encoder(run);
  return encoder.take();
}

std::optional<StoredRun> decode(std::string_view bytes) {
  StoredRun run;
  Decoder decoder(bytes);
  decoder(run);
  if (!decoder.ok() || !decoder.at_end()) return std::nullopt;
  return run;
}

base::Result<void> encode_log(const EventLog::Content& log, const TakePiece& take) {
  Encoder encoder;
  EventLog::Counters readable{};
  for (const run::Stream stream : {run::Stream::kStdout, run::Stream::kStderr}) {
    const auto encoded = encode_text(encoder, log, stream, take);
    if (!encoded) return encoded.error();
    readable.at(static_cast<std::size_t>(stream)) = *encoded;
  }
  for (const bool in_tail : {false, true}) {
    for (const EventLog::Entry& entry : in_tail ? log.tail : log.head) {
      const auto stream = static_cast<std::size_t>(entry.stream);
      const bool is_cut = entry.event == nullptr;
      if (is_cut && entry.before.at(stream) + entry.size > readable.at(stream)) continue;
      encode_entry(encoder, entry, in_tail);
      if (auto taken = give_from(kPiece, encoder, take); !taken) return taken;
    }
  }
  return give_from(1, encoder, take);
}

namespace {

bool decode_text(Decoder& decoder, EventLog::Content& log) {
  run::Stream stream{};
  std::string text;
  decoder(stream, text);
  if (!decoder.ok() || stream > run::Stream::kStderr) return false;
  log.text.at(static_cast<std::size_t>(stream)).append(text);
  return true;
}

/// The text comes before its cuts.
bool decode_cut(Decoder& decoder, EventLog::Content& log) {
  EventLog::Entry entry;
  decoder(entry.seq, entry.before, entry.size, entry.stream, entry.utf8);
  if (!decoder.ok() || entry.stream > run::Stream::kStderr) return false;
  const auto stream = static_cast<std::size_t>(entry.stream);
  const std::uint64_t size = log.text.at(stream).size();
  if (entry.before.at(stream) > size || size - entry.before.at(stream) < entry.size) return false;
  log.head.push_back(std::move(entry));
  return true;
}

bool decode_event(Decoder& decoder, bool in_tail, EventLog::Content& log) {
  EventLog::Entry entry;
  std::size_t kind = 0;
  run::Event event;
  decoder(entry.seq, entry.before, kind);
  if (!decoder.ok() || !decode_body(decoder, kind, event.body) || !decoder.ok()) return false;
  const auto* output = std::get_if<run::OutputEvent>(&event.body);
  // Output stands in the tail with its text, in the head as a cut; nothing else is in the tail.
  if (in_tail != (output != nullptr)) return false;
  if (output != nullptr) {
    if (output->stream > run::Stream::kStderr) return false;
    entry.size = static_cast<std::uint32_t>(output->data.size());
    entry.stream = output->stream;
    entry.utf8 = output->utf8;
  }
  event.seq = entry.seq;
  entry.event = std::make_shared<const run::Event>(std::move(event));
  (in_tail ? log.tail : log.head).push_back(std::move(entry));
  return true;
}

}  // namespace

bool decode_log(std::string_view piece, EventLog::Content& log) {
  Decoder decoder(piece);
  while (!decoder.at_end()) {
    Part part{};
    decoder(part);
    bool read = false;
    if (part == Part::kText) {
      read = decode_text(decoder, log);
    } else if (part == Part::kCut) {
      read = decode_cut(decoder, log);
    } else if (part == Part::kEvent || part == Part::kTail) {
      read = decode_event(decoder, part == Part::kTail, log);
    }
    if (!read || !decoder.ok()) return false;
  }
  return decoder.ok();
}

}  // namespace leash::service::records
