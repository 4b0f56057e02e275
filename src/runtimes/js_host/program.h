#pragma once

#include "runtimes/js_host/host.h"

namespace leash::js_host {

/// Settings of the engine, which it reads from this process's environment when it starts: call it
/// before there is a Host. A setting that is in the environment already wins.
void configure_engine();

/// The job of a command line `leash-js FILE [ARG…]` (argc >= 2) in this environment, a list that
/// ends with null.
[[nodiscard]] Job make_job(int argc, const char* const* argv, const char* const* environment);

}  // namespace leash::js_host
