#include "service/language_probes.h"

#include <algorithm>
#include <utility>

#include "run/executor.h"
#include "service/check_limits.h"

namespace leash::service {
namespace {

/// Two at a time: enough to hide the waits of the one behind the work of the other, without making
/// a compiler's self-test run into its limit on a small machine.
constexpr std::size_t kAtOnce = 2;
/// More than a run has by default: what is slow today, on a busy machine, is there all the same.
constexpr base::Millis kPatience{60'000};

}  // namespace

LanguageProbes::LanguageProbes(std::shared_ptr<const runtimes::Catalog> catalog, Maxima maxima,
                               boost::asio::io_context& loop, const base::Clock& clock,
                               Launch launch, ProgramExists program_exists)
    : catalog_(std::move(catalog)),
      maxima_(maxima),
      clock_(clock),
      launch_(std::move(launch)),
      program_exists_(std::move(program_exists)),
      known_(catalog_->languages().size()),
      calls_(loop) {
  for (const runtimes::Descriptor& language : catalog_->languages()) {
    statuses_.push_back({.id = language.id, .reason = "not tested yet"});
  }
}

bool LanguageProbes::done() const {
  return std::all_of(known_.begin(), known_.end(), [](bool known) { return known; });
}

void LanguageProbes::start(std::function<void()> ready) {
  if (ready) ready_.push_back(std::move(ready));
  if (searching_) return;
  searching_ = true;
  next_ = 0;
  start_next();
}

void LanguageProbes::cancel() {
  cancelled_ = true;
  std::vector<run::RunPtr> runs;
  for (const auto& [key, run] : live_) runs.push_back(run);
  for (const run::RunPtr& run : runs) run->cancel(run::Cause::kShutdown);
}

void LanguageProbes::start_next() {
  const std::size_t count = cancelled_ ? next_ : statuses_.size();
  while (started_ < kAtOnce && next_ < count) probe_version(next_++);
  if (started_ > 0) return;
  searching_ = false;
  for (auto& ready : std::exchange(ready_, {})) calls_.post(std::move(ready));
}

void LanguageProbes::probe_version(std::size_t language) {
  ++started_;
  probe(language, {.command = run::Command::kVersion}, &LanguageProbes::version_ended);
}

void LanguageProbes::probe(std::size_t language, run::RunSpec spec, Next next) {
  const runtimes::Descriptor& descriptor = catalog_->languages()[language];
  spec.language = descriptor.id;
  spec.limits = default_limits(descriptor.limits, maxima_);
  spec.compile_limits = default_limits(descriptor.compile_limits, maxima_);
  spec.limits.wall = spec.compile_limits.wall = std::min(maxima_.wall, kPatience);
  const auto run = std::make_shared<run::Run>(std::move(spec),
                                              run::Run::Options{.id = run::make_run_id()}, clock_);
  live_.emplace(run.get(), run);
  run->on_finished(calls_.wrap([this, language, run, next] {
    live_.erase(run.get());
    (this->*next)(language, {.snapshot = run->snapshot(),
                             .stdout_data = run->log()->kept_output(run::Stream::kStdout),
                             .stderr_data = run->log()->kept_output(run::Stream::kStderr)});
  }));
  run->queued(0);
  launch_(run);
}

void LanguageProbes::version_ended(std::size_t language, const ProbeResult& result) {
  const runtimes::Descriptor& descriptor = catalog_->languages()[language];
  VersionVerdict verdict = judge_version(descriptor, result, program_exists_);
  statuses_[language].version = std::move(verdict.version);
  if (!verdict.problem.empty() || cancelled_) {
    settle(language, cancelled_ ? "the server is shutting down" : std::move(verdict.problem));
    return;
  }
  const runtimes::SelfTest& test = descriptor.selftest;
  probe(language, {.files = {{.path = test.file, .content = test.code}}, .entry = test.file},
        &LanguageProbes::selftest_ended);
}

void LanguageProbes::selftest_ended(std::size_t language, const ProbeResult& result) {
  settle(language, judge_selftest(catalog_->languages()[language], result, program_exists_)
                       .value_or(std::string()));
}

void LanguageProbes::settle(std::size_t language, std::string problem) {
  statuses_[language].available = problem.empty();
  statuses_[language].reason = std::move(problem);
  known_[language] = true;
  --started_;
  start_next();
}

}  // namespace leash::service
