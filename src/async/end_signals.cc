#include "async/end_signals.h"

#include <csignal>

namespace leash::async {
namespace {

bool is_ignored(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

void add_end_signals(boost::asio::signal_set& signals) {
  signals.add(SIGTERM);
  signals.add(SIGINT);
  for (const int number : {SIGHUP, SIGQUIT}) {
    if (!is_ignored(number)) signals.add(number);
  }
}

}  // namespace leash::async
