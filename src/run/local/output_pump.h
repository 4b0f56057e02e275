#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "async/fd_watch.h"
#include "async/timer.h"
#include "base/units.h"
#include "run/event.h"

namespace leash::run {

/// Reads one of a program's output pipes as it comes, up to the output limit, and passes it on in
/// pieces that end at UTF-8 boundaries. What is over the limit is read too, counted and dropped,
/// and so is the beginning of a character whose rest is over it. Confined to the loop's thread; the
/// descriptor stays its owner's.
class OutputPump {
 public:
  struct Piece {
    std::string data;
    bool utf8 = true;
  };
  enum class Pause : std::uint8_t {
    kNone,
    kMoment,        ///< For a millisecond, if the pipe was full: who prints less is not held up.
    kUntilResumed,  ///< Until resume().
  };
  struct Callbacks {
    std::function<void(Piece)> output;
    std::function<void()> activity;    ///< Something was read, kept or not.
    std::function<void()> over_limit;  ///< Once, when the limit is passed.
    std::function<Pause()> pause;      ///< Asked after each piece.
  };
  OutputPump(boost::asio::io_context& loop, int fd, base::Bytes limit, Callbacks callbacks);

  void start();
  /// After a pause.
  void resume();
  /// Takes what is in the pipe now. Bounded by what a pipe can hold.
  void catch_up();
  /// Reads nothing more until drain(): those who print are being killed, and would only be held up.
  void hold();
  /// The same at the end of the run, and passes an incomplete character on.
  void drain();

  [[nodiscard]] std::uint64_t total_bytes() const { return total_; }
  [[nodiscard]] std::uint64_t dropped_bytes() const { return dropped_; }

 private:
  enum class Got { kFull, kData, kNothing, kEnd };

  void on_readable();
  void read_again(Got got);
  Got read_once();
  void take(std::string_view bytes);
  void pass_on(std::string_view bytes, bool last);

  async::FdWatch watch_;
  async::Timer moment_;
  const int fd_;
  const std::uint64_t limit_;
  Callbacks callbacks_;
  std::string held_;  ///< The beginning of a character, at most three bytes.
  std::uint64_t total_ = 0;
  std::uint64_t dropped_ = 0;
  bool reading_ = false;
  bool ended_ = false;
};

}  // namespace leash::run
