#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "async/fd_watch.h"
#include "run/input_buffer.h"
#include "sys/fd.h"

namespace leash::run {

/// Writes what comes into an InputBuffer to a program's stdin, never blocking, and closes it at EOF
/// or when the program has closed its end. Confined to the loop's thread.
class InputPump {
 public:
  /// `activity` is called when something was written.
  InputPump(boost::asio::io_context& loop, sys::UniqueFd fd, InputBuffer& buffer,
            std::function<void()> activity);
  ~InputPump();
  InputPump(const InputPump&) = delete;
  InputPump& operator=(const InputPump&) = delete;
  InputPump(InputPump&&) = delete;
  InputPump& operator=(InputPump&&) = delete;

  void start();

 private:
  void write_more();
  void close();

  boost::asio::io_context& loop_;
  sys::UniqueFd fd_;
  std::unique_ptr<async::FdWatch> watch_;
  InputBuffer& buffer_;
  std::function<void()> activity_;
  std::string pending_;
  bool waiting_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace leash::run
