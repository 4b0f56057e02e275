#include "run/input_buffer.h"

#include <utility>

namespace leash::run {

InputBuffer::Push InputBuffer::push(std::string_view bytes) {
  std::function<void()> wake;
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return Push::kClosed;
    if (buffered_.size() + bytes.size() > capacity_.count) return Push::kFull;
    buffered_.append(bytes);
    wake = wake_;
  }
  if (wake) wake();
  return Push::kTaken;
}

InputBuffer::Push InputBuffer::close() {
  std::function<void()> wake;
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(closed_, true)) return Push::kClosed;
    wake = wake_;
  }
  if (wake) wake();
  return Push::kTaken;
}

void InputBuffer::abandon() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  buffered_.clear();
  buffered_.shrink_to_fit();
}

void InputBuffer::on_change(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  wake_ = std::move(wake);
}

std::string InputBuffer::drain(bool& eof) {
  const std::scoped_lock lock(mutex_);
  eof = closed_;
  return std::exchange(buffered_, {});
}

}  // namespace leash::run
