#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/units.h"

namespace leash::run {

/// What waits to be written to a run's stdin: bounded, fed from any thread, drained by the run's
/// supervisor. It exists from the moment a run is queued, so that input may come early.
class InputBuffer {
 public:
  enum class Push : std::uint8_t {
    kTaken,
    kFull,    ///< Nothing was taken: it would not fit.
    kClosed,  ///< EOF was asked for before, or the program has ended or closed its stdin.
  };

  explicit InputBuffer(base::Bytes capacity) : capacity_(capacity) {}

  /// All or nothing.
  [[nodiscard]] Push push(std::string_view bytes);
  /// Asks for EOF after what is buffered. kClosed if that was done before.
  Push close();
  /// Drops what is buffered and takes nothing more: the reader is gone.
  void abandon();

  /// For the supervisor: `wake` is called after each push and close. Null takes it away.
  void on_change(std::function<void()> wake);
  /// For the supervisor: takes all that is buffered. `eof` is set when nothing more will come.
  [[nodiscard]] std::string drain(bool& eof);

 private:
  const base::Bytes capacity_;
  std::mutex mutex_;
  std::string buffered_;
  bool closed_ = false;
  std::function<void()> wake_;
};

}  // namespace leash::run
