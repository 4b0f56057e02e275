// A program's output on its way from the pipe: cut at characters, nothing lost, nothing added; and
// the UTF-8 functions against a decoder that is written another way.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>

#include "base/utf8.h"
#include "fuzz/check.h"
#include "run/local/output_pump.h"
#include "sys/fd.h"

namespace {

using leash::fuzz::require;
using leash::run::OutputPump;

/// By the value of the code point, as RFC 3629 defines it.
bool is_utf8_by_value(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80       ? 1
                               : lead >> 5 == 6  ? 2
                               : lead >> 4 == 14 ? 3
                               : lead >> 3 == 30 ? 4
                                                 : 0;
    if (length == 0 || i + length > text.size()) return false;
    std::uint32_t value = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return false;
      value = value << 6 | (next & 0x3FU);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kLeast[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
      return false;
    }
    i += length;
  }
  return true;
}

void check_functions(std::string_view text) {
  const bool good = leash::base::is_utf8(text);
  require(good == is_utf8_by_value(text), "two decoders agree");
  const std::string lossy = leash::base::to_lossy_utf8(text);
  require(is_utf8_by_value(lossy), "what is lossy is text");
  require((lossy == text) == good, "and the same if it was text");
  const std::size_t tail = leash::base::incomplete_utf8_tail(text);
  require(tail <= 3 && tail <= text.size(), "a tail is short");
  if (good) require(tail == 0, "text has no tail");
  // Of text that was cut anywhere, exactly what is before the tail is text.
  for (std::size_t cut = 0; good && cut <= text.size(); ++cut) {
    const std::string_view part = text.substr(0, cut);
    const std::size_t rest = leash::base::incomplete_utf8_tail(part);
    require(is_utf8_by_value(part.substr(0, cut - rest)), "a cut is mended by its tail");
  }
}

void check_pump(std::string_view text, std::size_t piece, std::uint64_t limit) {
  int ends[2];
  require(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0, "a pipe");
  const leash::sys::UniqueFd reading(ends[0]);
  leash::sys::UniqueFd writing(ends[1]);
  boost::asio::io_context loop(1);
  std::string got;
  bool all_text = true;
  int over = 0;
  OutputPump pump(loop, reading.get(), {limit},
                  {.output =
                       [&](OutputPump::Piece one) {
                         require(!one.data.empty(), "no piece is empty");
                         require(one.utf8 == is_utf8_by_value(one.data), "a piece says what it is");
                         all_text = all_text && one.utf8;
                         got += one.data;
                       },
                   .activity = [] {},
                   .over_limit = [&over] { ++over; },
                   .pause = [] { return OutputPump::Pause::kNone; }});
  pump.start();
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t size = std::min(piece, rest.size());
    require(::write(writing.get(), rest.data(), size) == static_cast<ssize_t>(size), "room");
    rest.remove_prefix(size);
    loop.poll();
  }
  writing.reset();
  pump.drain();
  std::string_view kept = text.substr(0, limit);
  if (text.size() > limit) kept.remove_suffix(leash::base::incomplete_utf8_tail(kept));
  require(got == kept, "nothing is lost and nothing added, up to the limit");
  require(pump.total_bytes() == text.size(), "all is counted");
  require(pump.dropped_bytes() == text.size() - kept.size(), "so is what was dropped");
  require(over == (text.size() > limit ? 1 : 0), "the limit is passed once");
  if (is_utf8_by_value(kept)) require(all_text, "text stays text, however it was cut");
  if (is_utf8_by_value(text)) require(all_text, "nor does the limit cut a character");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  // The first two bytes choose the pieces and the limit.
  if (size < 2) return 0;
  const std::string_view text =
      leash::fuzz::text_of(data + 2, std::min<std::size_t>(size - 2, 1024));
  check_functions(text);
  const std::uint64_t limit = data[1] < 128 ? data[1] : 4096;
  check_pump(text, 1 + data[0] % 16, limit);
  return 0;
}
