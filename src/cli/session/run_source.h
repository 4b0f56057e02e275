#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "run/event.h"

namespace leash::cli {

/// A run in progress as `leash run` sees it: on a server, or in this process. Lives on one loop.
class RunSource {
 public:
  enum class Fed : std::uint8_t {
    kTaken,
    kFull,    ///< Nothing was taken: the program reads too slowly. Try again later.
    kClosed,  ///< The program takes no more input.
  };

  virtual ~RunSource() = default;

  /// The next event; the last is `finished`, after which this is not called.
  [[nodiscard]] virtual boost::asio::awaitable<base::Result<run::EventPtr>> next() = 0;
  /// Hands on a piece of stdin, of at most 64 KiB: all or nothing.
  [[nodiscard]] virtual boost::asio::awaitable<base::Result<Fed>> feed(std::string bytes) = 0;
  [[nodiscard]] virtual boost::asio::awaitable<base::Result<void>> end_input() = 0;
  /// Ends the run. `finished` follows.
  [[nodiscard]] virtual boost::asio::awaitable<base::Result<void>> stop() = 0;
  /// After the end: the Run object of the HTTP contract.
  [[nodiscard]] virtual boost::asio::awaitable<base::Result<std::string>> run_object() = 0;
};

}  // namespace leash::cli
