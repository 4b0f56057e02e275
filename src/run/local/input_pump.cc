#include "run/local/input_pump.h"

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "sys/file.h"

namespace leash::run {

InputPump::InputPump(boost::asio::io_context& loop, sys::UniqueFd fd, InputBuffer& buffer,
                     std::function<void()> activity)
    : loop_(loop),
      fd_(std::move(fd)),
      watch_(std::make_unique<async::FdWatch>(loop, fd_.get())),
      buffer_(buffer),
      activity_(std::move(activity)) {
  // The write end is ours alone; the program's end has flags of its own.
  static_cast<void>(sys::set_nonblocking(fd_.get()));
}

InputPump::~InputPump() {
  buffer_.on_change(nullptr);
}

void InputPump::start() {
  buffer_.on_change([this, alive = std::weak_ptr<int>(alive_)] {
    boost::asio::post(loop_, [this, alive] {
      if (!alive.expired()) write_more();
    });
  });
  write_more();
}

void InputPump::write_more() {
  if (waiting_ || !fd_.is_open()) return;
  while (true) {
    bool eof = false;
    if (pending_.empty()) pending_ = buffer_.drain(eof);
    if (pending_.empty()) {
      if (eof) close();
      return;
    }
    const auto put = sys::write_pipe(fd_.get(), pending_);
    if (put) {
      pending_.erase(0, *put);
      activity_();
    } else if (put.error().number == EAGAIN) {
      waiting_ = true;
      watch_->once(async::FdWatch::For::kWrite, [this] {
        waiting_ = false;
        write_more();
      });
      return;
    } else {
      buffer_.abandon();  // EPIPE: the program does not read any more
      close();
      return;
    }
  }
}

void InputPump::close() {
  watch_.reset();
  fd_.reset();
}

}  // namespace leash::run
