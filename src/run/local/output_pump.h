#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "async/fd_watch.h"
#include "base/units.h"
#include "run/event.h"

namespace leash::run {

/// Reads one of a program's output pipes as it comes, up to the output limit, and passes it on in
/// pieces that end at UTF-8 boundaries. What is over the limit is read too, counted and dropped.
/// Confined to the loop's thread; the descriptor stays its owner's.
class OutputPump {
 public:
  struct Piece {
    std::string data;
    bool utf8 = true;
  };
  struct Callbacks {
    std::function<void(Piece)> output;
    std::function<void()> activity;     ///< Something was read, kept or not.
    std::function<void()> over_limit;   ///< Once, when the limit is passed.
    std::function<bool()> wants_pause;  ///< Asked after each piece; then nothing is read.
  };
  OutputPump(boost::asio::io_context& loop, int fd, base::Bytes limit, Callbacks callbacks);

  void start();
  /// After a pause.
  void resume();
  /// Takes what is in the pipe now, at the end of the run, and passes an incomplete character on.
  /// Bounded: a pipe holds 1 MiB at most.
  void drain();

  [[nodiscard]] std::uint64_t total_bytes() const { return total_; }
  [[nodiscard]] std::uint64_t dropped_bytes() const { return dropped_; }

 private:
  enum class Got { kData, kNothing, kEnd };

  void on_readable();
  Got read_once();
  void take(std::string_view bytes);
  void pass_on(std::string_view bytes, bool last);

  async::FdWatch watch_;
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
