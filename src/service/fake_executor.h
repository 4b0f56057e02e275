#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "run/executor.h"

namespace leash::service {

/// For tests: an executor without processes. launch() only keeps the run; the test moves it on. The
/// probes of fake_catalog()'s languages are answered at once, and well, unless told otherwise.
/// Like a real one it finishes every run it was given, at the latest in its destructor.
class FakeExecutor final : public run::Executor {
 public:
  FakeExecutor(boost::asio::io_context& loop, const base::Clock& clock)
      : loop_(loop), clock_(clock) {
    capabilities_.executor = "fake";
    capabilities_.layers = {{.name = "seccomp", .proved = true, .remedy = "use a newer kernel"}};
  }
  ~FakeExecutor() override { static_cast<void>(stop()); }
  FakeExecutor(const FakeExecutor&) = delete;
  FakeExecutor& operator=(const FakeExecutor&) = delete;
  FakeExecutor(FakeExecutor&&) = delete;
  FakeExecutor& operator=(FakeExecutor&&) = delete;

  base::Result<void> start() override { return {}; }
  std::vector<base::Error> stop() override {
    for (const run::RunPtr& run : std::exchange(launched_, {})) {
      if (run->finished()) continue;
      run->cancel(run::Cause::kShutdown);
      run->finish({});
    }
    return {};
  }
  run::Capabilities capabilities() const override { return capabilities_; }
  void launch(run::RunPtr run) override {
    if (answers_probes_ && answer_probe(run)) return;
    launched_.push_back(run);
    if (on_launch_) on_launch_(run);
  }

  /// The program runs now.
  static void begin(const run::RunPtr& run) {
    if (run->starting()) run->running("1.0");
  }
  /// It prints this and exits so.
  static void end(const run::RunPtr& run, int code = 0, const std::string& printed = {}) {
    begin(run);
    if (!printed.empty()) run->output(run::Stream::kStdout, printed, true);
    run->cancel(run::Cause::kExit);
    run->finish(
        {.exit = run::ProgramExit{.code = code}, .usage = {.stdout_bytes = printed.size()}});
  }
  /// Its cancellation is carried out: so many processes were killed.
  void kill(const run::RunPtr& run, std::uint64_t processes = 1) const {
    run->finish({.proof = {.signaled = clock_.now(),
                           .emptied = clock_.now(),
                           .processes_killed = processes,
                           .empty = true}});
  }

  std::vector<run::RunPtr> launched_;  ///< In order, finished ones too.
  std::function<void(const run::RunPtr&)> on_launch_;
  bool answers_probes_ = true;
  run::Capabilities capabilities_;

 protected:
  const base::Clock& clock() const override { return clock_; }
  void post(std::function<void()> work) override { boost::asio::post(loop_, std::move(work)); }

 private:
  static bool answer_probe(const run::RunPtr& run) {
    if (run->spec().command == run::Command::kVersion) {
      end(run, 0, "toy 4.2\n");
      return true;
    }
    if (run->spec().entry != "hello.toy") return false;
    end(run, 0, "hello\n");
    return true;
  }

  boost::asio::io_context& loop_;
  const base::Clock& clock_;
};

}  // namespace leash::service
