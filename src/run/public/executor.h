#pragma once

// leash as a library, whole: the header that a program includes as <leash/executor.h>. What it may
// rely on is what stands here by name; docs/library.md tells how it is used.

#include <memory>
#include <string>
#include <utility>

#include "run/async_execute.h"
#include "run/local_executor.h"

// Written by `cmake --install`: where it puts spawner, languages and preloads.
#if __has_include(<leash/resources.h>)
#include <leash/resources.h>
#endif

namespace leash {

using async::CancelCallback;
using async::CancelSource;
using async::CancelToken;
using base::Bytes;
using base::Error;
using base::Micros;
using base::Millis;
using base::Result;
using run::async_execute;
using run::Capabilities;
using run::Cause;
using run::Event;
using run::EventPtr;
using run::execute_later;
using run::ExecuteResult;
using run::Executor;
using run::FinishedEvent;
using run::Limits;
using run::LocalExecutor;
using run::OutputEvent;
using run::RunHandle;
using run::RunSnapshot;
using run::RunSpec;
using run::SourceFile;
using run::StartedEvent;
using run::Status;
using run::StopProof;
using run::Stream;

#ifdef LEASH_RESOURCES
/// A started executor that runs code in sandboxes on this machine. `state_dir` is a folder that is
/// there already, on this machine, and no other executor's or server's at the same time. Needs the
/// rights that `leash serve` needs; the error says what is missing. Blocks until the sandbox has
/// been proved, about half a second.
[[nodiscard]] inline Result<std::unique_ptr<LocalExecutor>> open_local_executor(
    std::string state_dir, const std::string& resources = LEASH_RESOURCES) {
  auto options = LocalExecutor::installed(resources, std::move(state_dir));
  if (!options) return options.error();
  auto executor = std::make_unique<LocalExecutor>(*std::move(options));
  if (auto started = executor->start(); !started) return started.error();
  if (const auto able = executor->capabilities(); !able.complete()) return able.why_incomplete();
  return executor;
}
#endif

}  // namespace leash
