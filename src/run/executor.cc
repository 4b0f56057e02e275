#include "run/executor.h"

#include <future>
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

}  // namespace

RunSnapshot RunHandle::wait() const {
  std::promise<void> finished;
  run_->on_finished([&finished] { finished.set_value(); });
  finished.get_future().wait();
  return run_->snapshot();
}

base::Result<void> Executor::restart() {
  for (const base::Error& error : stop()) return error;
  return start();
}

base::Result<RunHandle> Executor::start_run(RunSpec spec, Sink sink) {
  const Capabilities known = capabilities();
  if (!known.complete()) {
    return base::plain_error("start a run", spec.language,
                             "the executor is not started, or a "
                             "required layer of its sandbox is missing");
  }
  auto run = std::make_shared<Run>(std::move(spec), Run::Options{.id = make_run_id()}, clock());
  if (sink) {
    std::make_shared<SinkPump>(std::move(sink), [this](std::function<void()> work) {
      post(std::move(work));
    })->follow(*run->log());
  }
  run->queued(0);
  launch(run);
  return RunHandle(std::move(run));
}

base::Result<ExecuteResult> Executor::execute(RunSpec spec, const async::CancelToken& token) {
  auto started = start_run(std::move(spec), nullptr);
  if (!started) return started.error();
  const RunHandle handle = std::move(*started);
  const async::CancelCallback stop_it(token,
                                      [&handle](Cause cause) { handle.run()->cancel(cause); });
  ExecuteResult result{.outcome = handle.wait(), .stdout_data = {}, .stderr_data = {}};
  result.stdout_data = handle.run()->log()->kept_output(Stream::kStdout);
  result.stderr_data = handle.run()->log()->kept_output(Stream::kStderr);
  return result;
}

}  // namespace leash::run
