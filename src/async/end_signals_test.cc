#include "async/end_signals.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <csignal>

namespace leash::async {
namespace {

/// The first signal that the set hears of, or 0.
int heard(int number) {
  boost::asio::io_context loop(1);
  boost::asio::signal_set signals(loop);
  add_end_signals(signals);
  int first = 0;
  signals.async_wait([&](const boost::system::error_code& failed, int which) {
    if (!failed) first = which;
  });
  std::raise(number);
  loop.run();
  return first;
}

TEST(EndSignals, AreTheFourThatEndAProgram) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) EXPECT_EQ(heard(number), number);
}

TEST(EndSignals, ThoseThatWereIgnoredFromTheStartStaySo) {
  for (const int number : {SIGHUP, SIGQUIT}) {
    std::signal(number, SIG_IGN);
    boost::asio::io_context loop(1);
    boost::asio::signal_set signals(loop);
    add_end_signals(signals);
    EXPECT_EQ(std::signal(number, SIG_DFL), SIG_IGN);
  }
}

}  // namespace
}  // namespace leash::async
