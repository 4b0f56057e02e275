#include "run/executor.h"

#include <algorithm>
#include <future>
#include <optional>
#include <utility>

namespace leash::run {
namespace {

/// Passes a log's events on, in order, on the owner loop, until the last one.
class SinkPump : public std::enable_shared_from_this<SinkPump> {
 public:
  using Post = std::function<void(std::function<void()>)>;
  SinkPump(Executor::Sink sink, Post post) : sink_(std::move(sink)), post_(std::move(post)) {}

  void follow(EventLog& log) {
    reader_ = log.read_after(0, EventLog::Pace::kPacing, [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->post_([self] { self->pump(); });
    });
    keep_alive_ = shared_from_this();
    post_([self = shared_from_this()] { self->pump(); });
  }

 private:
  void pump() {
    while (reader_ != nullptr) {
      const EventPtr event = reader_->next();
      if (event == nullptr) return;
      sink_(event);
      if (reader_->at_end()) {
        reader_.reset();
        keep_alive_.reset();
        return;
      }
    }
  }

  Executor::Sink sink_;
  Post post_;
  std::unique_ptr<EventLog::Reader> reader_;
  std::shared_ptr<SinkPump> keep_alive_;  ///< Until the last event was given.
};

/// An execute() in progress: what its end calls back, and what its token does meanwhile.
struct Execution {
  Execution(RunPtr run_, Executor::Done done_) : run(std::move(run_)), done(std::move(done_)) {}

  void end() {
    on_cancel.reset();
    ExecuteResult result{.outcome = run->snapshot(), .stdout_data = {}, .stderr_data = {}};
    result.stdout_data = run->log()->kept_output(Stream::kStdout);
    result.stderr_data = run->log()->kept_output(Stream::kStderr);
    done(std::move(result));
  }

  const RunPtr run;
  const Executor::Done done;
  std::optional<async::CancelCallback> on_cancel;
};

}  // namespace

RunSnapshot RunHandle::wait() const {
  // Shared: whoever is woken may be gone before the waking call returns.
  const auto finished = std::make_shared<std::promise<void>>();
  run_->on_finished([finished] { finished->set_value(); });
  finished->get_future().wait();
  return run_->snapshot();
}

base::Result<void> Executor::restart() {
  for (const base::Error& error : stop()) return error;
  return start();
}

base::Result<RunPtr> Executor::make_run(RunSpec spec) const {
  if (const Capabilities able = capabilities(); !able.complete()) return able.why_incomplete();
  const bool has_entry = std::ranges::any_of(
      spec.files, [&](const SourceFile& file) { return file.path == spec.entry; });
  if (spec.command == Command::kProgram && !has_entry) {
    return base::plain_error("start a run", spec.entry, "the entry is none of the files");
  }
  auto run = std::make_shared<Run>(std::move(spec), Run::Options{.id = make_run_id()}, clock());
  run->queued(0);
  return run;
}

base::Result<RunHandle> Executor::start_run(RunSpec spec, Sink sink) {
  auto run = make_run(std::move(spec));
  if (!run) return run.error();
  if (sink) {
    std::make_shared<SinkPump>(std::move(sink), [this](std::function<void()> work) {
      post(std::move(work));
    })->follow(*(*run)->log());
  }
  launch(*run);
  return RunHandle(*std::move(run));
}

void Executor::execute(RunSpec spec, const async::CancelToken& token, Done done) {
  const auto run = make_run(std::move(spec));
  if (!run) return done(run.error());
  const auto execution = std::make_shared<Execution>(*run, std::move(done));
  // Before it is launched: what is cancelled already is not executed.
  execution->on_cancel.emplace(token, [run = *run](Cause cause) { run->cancel(cause); });
  (*run)->on_finished([execution] { execution->end(); });
  launch(*run);
}

base::Result<ExecuteResult> Executor::execute(RunSpec spec, const async::CancelToken& token) {
  const auto result = std::make_shared<std::promise<base::Result<ExecuteResult>>>();
  execute(std::move(spec), token,
          [result](base::Result<ExecuteResult> what) { result->set_value(std::move(what)); });
  return result->get_future().get();
}

base::Result<std::vector<ExecuteResult>> Executor::execute_all(std::vector<RunSpec> specs,
                                                               const async::CancelToken& token) {
  std::vector<ExecuteResult> results;
  for (RunSpec& spec : specs) {
    auto result = execute(std::move(spec), token);
    if (!result) return result.error();
    results.push_back(*std::move(result));
    if (results.back().outcome.status != Status::kSucceeded) break;
  }
  return results;
}

}  // namespace leash::run
