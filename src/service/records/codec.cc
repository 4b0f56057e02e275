#include "service/records/codec.h"

#include <algorithm>
#include <concepts>
#include <utility>

#include "service/records/archive.h"
#include "service/records/fields.h"

namespace leash::service::records {
namespace {

using run::EventLog;

/// One is in memory twice more while SQLite writes it.
constexpr std::size_t kPiece = std::size_t{128} << 10;

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
