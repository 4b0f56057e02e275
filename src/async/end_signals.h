#pragma once

#include <boost/asio/signal_set.hpp>

namespace leash::async {

/// Adds the signals that end a program in an orderly way: SIGTERM, SIGINT, and those of a terminal
/// that is closed (SIGHUP) and of Ctrl-\ (SIGQUIT). The latter two are left alone where whoever
/// started the program had them ignored, as `nohup` has.
void add_end_signals(boost::asio::signal_set& signals);

}  // namespace leash::async
