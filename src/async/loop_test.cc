#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>

#include "async/fd_watch.h"
#include "async/timer.h"
#include "sys/fd.h"

namespace leash::async {
namespace {

using std::chrono::milliseconds;

TEST(FdWatchTest, CallsOnceWhenReadable) {
  boost::asio::io_context loop;
  const sys::Pipe pipe = std::move(sys::make_pipe().value());
  FdWatch watch(loop, pipe.read_end.get());
  int calls = 0;
  watch.once(FdWatch::For::kRead, [&] { ++calls; });
  loop.poll();
  EXPECT_EQ(calls, 0);
  ASSERT_EQ(::write(pipe.write_end.get(), "x", 1), 1);
  loop.restart();
  loop.run_one_for(milliseconds(5000));
  EXPECT_EQ(calls, 1);
}

TEST(FdWatchTest, NoCallAfterItsEndAndTheDescriptorStaysOpen) {
  boost::asio::io_context loop;
  const sys::Pipe pipe = std::move(sys::make_pipe().value());
  int calls = 0;
  {
    FdWatch watch(loop, pipe.read_end.get());
    watch.once(FdWatch::For::kRead, [&] { ++calls; });
    ASSERT_EQ(::write(pipe.write_end.get(), "x", 1), 1);
  }
  loop.run();
  EXPECT_EQ(calls, 0);
  char byte = 0;
  EXPECT_EQ(::read(pipe.read_end.get(), &byte, 1), 1);
}

TEST(FdWatchTest, MayDestroyItselfInItsCall) {
  boost::asio::io_context loop;
  const sys::UniqueFd event = std::move(sys::make_event_fd().value());
  auto watch = std::make_unique<FdWatch>(loop, event.get());
  watch->once(FdWatch::For::kWrite, [&] { watch.reset(); });
  loop.run_for(milliseconds(5000));
  EXPECT_EQ(watch, nullptr);
}

TEST(TimerTest, LaterStartReplacesTheEarlierOne) {
  boost::asio::io_context loop;
  Timer timer(loop);
  int first = 0;
  int second = 0;
  timer.after(milliseconds(0), [&] { ++first; });
  timer.after(milliseconds(1), [&] { ++second; });
  loop.run();
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

TEST(TimerTest, CancelledDoesNotCall) {
  boost::asio::io_context loop;
  Timer timer(loop);
  int calls = 0;
  timer.after(milliseconds(0), [&] { ++calls; });
  timer.cancel();
  loop.run();
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace leash::async
