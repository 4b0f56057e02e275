#include "run/local/output_pump.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "base/utf8.h"

namespace leash::run {
namespace {

constexpr std::size_t kPieceSize = std::size_t{64} << 10;
constexpr std::chrono::milliseconds kMoment{1};
/// More than a pipe can hold: 256 pieces (fs.pipe-max-size for a user without privileges), each of
/// which splice() can make of a page, or of up to 32 KiB that were in a socket.
constexpr std::size_t kMaxDrain = std::size_t{16} << 20;

}  // namespace

OutputPump::OutputPump(boost::asio::io_context& loop, int fd, base::Bytes limit,
                       Callbacks callbacks)
    : watch_(loop, fd),
      moment_(loop),
      fd_(fd),
      limit_(limit.count),
      callbacks_(std::move(callbacks)) {}

void OutputPump::start() {
  resume();
}

void OutputPump::resume() {
  if (reading_ || ended_) return;
  reading_ = true;
  watch_.once(async::FdWatch::For::kRead, [this] { on_readable(); });
}

void OutputPump::on_readable() {
  reading_ = false;
  // Once for each readiness, so that a flood on one pipe does not hold up everything else.
  if (const Got got = read_once(); got != Got::kEnd) read_again(got);
}

void OutputPump::read_again(Got got) {
  switch (callbacks_.pause()) {
    case Pause::kMoment:
      if (got == Got::kFull) return moment_.after(kMoment, [this] { resume(); });
      [[fallthrough]];
    case Pause::kNone:
      return resume();
    case Pause::kUntilResumed:
      return;
  }
}

OutputPump::Got OutputPump::read_once() {
  std::array<char, kPieceSize> buffer;  // NOLINT: filled by read
  const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Got::kNothing : Got::kEnd;
  if (got == 0) {
    ended_ = true;
    return Got::kEnd;
  }
  take({buffer.data(), static_cast<std::size_t>(got)});
  return static_cast<std::size_t>(got) == buffer.size() ? Got::kFull : Got::kData;
}

void OutputPump::take(std::string_view bytes) {
  const std::uint64_t room = limit_ - std::min(limit_, total_);
  const std::string_view kept = bytes.substr(0, room);
  const bool first_over = dropped_ == 0 && kept.size() < bytes.size();
  total_ += bytes.size();
  dropped_ += bytes.size() - kept.size();
  callbacks_.activity();
  pass_on(kept, false);
  if (!first_over) return;
  // The rest of this character is over the limit: with its beginning, what is kept would be no
  // text.
  dropped_ += std::exchange(held_, {}).size();
  callbacks_.over_limit();
}

void OutputPump::pass_on(std::string_view bytes, bool last) {
  if (held_.empty() && bytes.empty()) return;
  std::string data = std::exchange(held_, {});
  data.append(bytes);
  if (const std::size_t tail = last ? 0 : base::incomplete_utf8_tail(data); tail > 0) {
    held_ = data.substr(data.size() - tail);
    data.resize(data.size() - tail);
  }
  if (data.empty()) return;
  const bool utf8 = base::is_utf8(data);
  callbacks_.output({.data = std::move(data), .utf8 = utf8});
}

void OutputPump::hold() {
  watch_.cancel();
  moment_.cancel();
  reading_ = true;  // as far as resume() is concerned
}

void OutputPump::catch_up() {
  for (const std::uint64_t before = total_; !ended_ && total_ - before < kMaxDrain;) {
    const Got got = read_once();
    if (got == Got::kNothing || got == Got::kEnd) break;
  }
}

void OutputPump::drain() {
  hold();
  catch_up();
  ended_ = true;
  pass_on({}, true);
}

}  // namespace leash::run
