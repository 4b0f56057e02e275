#include "service/service_impl.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "service/capacity.h"
#include "service/stop_answer.h"

namespace leash::service {
namespace {

/// The grace of a stop is bounded here as well, so that no caller can make a timer overflow.
constexpr base::Millis kMaxStopGrace = std::chrono::hours(1);

Service::Options with_defaults(Service::Options options) {
  if (options.max_running == 0) options.max_running = default_max_running();
  return options;
}

bool program_exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Problem unavailable(std::string detail, int retry_after_s = 0) {
  return {.code = ProblemCode::kUnavailable,
          .detail = std::move(detail),
          .retry_after_s = retry_after_s};
}

/// Names the layers of the sandbox that are missing, and how to mend each.
std::string describe_missing(const run::Capabilities& capabilities) {
  std::string text = "the sandbox is not complete, so nothing is run";
  for (const run::Layer& layer : capabilities.layers) {
    if (!layer.required || layer.proved) continue;
    text += fmt::format("; {} could not be proved", layer.name);
    if (!layer.remedy.empty()) text += fmt::format(" ({})", layer.remedy);
  }
  return text;
}

}  // namespace

Service::Impl::Impl(Options options, boost::asio::io_context& loop, run::Executor& executor,
                    std::shared_ptr<const runtimes::Catalog> catalog, const base::Clock& clock)
    : options_(with_defaults(options)),
      executor_(executor),
      catalog_(std::move(catalog)),
      clock_(clock),
      keeper_(loop, clock),
      marks_(clock),
      queue_({.max_running = options_.max_running,
              .max_queued = options_.max_queued,
              .queue_wait = options_.queue_wait},
             loop, clock, [this](const run::RunPtr& run) { launch(run); }),
      retention_({.time = options_.retain_time, .total = options_.retain_total}, loop, clock,
                 [this](const RecordPtr& record) { forget(*record); }),
      disconnects_(loop),
      ends_(loop),
      probes_(
          catalog_, options_.maxima, loop, clock,
          [this](const run::RunPtr& run) { launch_probe(run); }, program_exists),
      shutdown_(options_.drain, loop,
                {.live = [this] { return queue_.running() + queue_.queued() + probes_.live(); },
                 .end_all = [this] { end_all(run::Cause::kShutdown); }}),
      calls_(loop) {}

void Service::Impl::launch_probe(const run::RunPtr& run) {
  const run::Capabilities capabilities = executor_.capabilities();
  if (capabilities.complete()) {
    executor_.launch(run);
    return;
  }
  run->cancel(run::Cause::kSetupError);
  run->finish({.setup_error = describe_missing(capabilities)});
}

bool Service::Impl::ready() const {
  return probes_.done() && !why_closed();
}

std::optional<Problem> Service::Impl::why_closed() const {
  if (shutdown_.draining()) return unavailable("the server is shutting down");
  const run::Capabilities capabilities = executor_.capabilities();
  if (!capabilities.complete()) return unavailable(describe_missing(capabilities));
  if (keeper_.failing()) {
    return unavailable("the records of runs cannot be written; the server's log says why", 1);
  }
  return std::nullopt;
}

std::optional<Problem> Service::Impl::why_not_offered(const std::string& language) const {
  const auto index = catalog_->find(language);
  if (!index || !probes_.is_known(*index)) {
    return unavailable(fmt::format("{} has not been tested yet", language), 1);
  }
  const LanguageStatus& status = probes_.statuses()[*index];
  if (status.available) return std::nullopt;
  return Problem{.code = ProblemCode::kUnknownLanguage,
                 .detail = fmt::format("{} is not available: {}", language, status.reason),
                 .field = "language"};
}

std::optional<Problem> Service::Impl::why_no_room(const Tenant& tenant,
                                                  const RecordPtr& older) const {
  const auto room = queue_.room_for(tenant, older ? older->run.get() : nullptr);
  if (room == AdmissionQueue::Room::kYes) return std::nullopt;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(queue_.retry_after());
  return Problem{.code = ProblemCode::kTooMany,
                 .detail = room == AdmissionQueue::Room::kTenantFull
                               ? "this token has as many runs as it may have"
                               : fmt::format("{} runs go on and {} wait: the queue is full",
                                             queue_.running(), queue_.queued()),
                 .retry_after_s = static_cast<int>(seconds.count())};
}

base::Result<void> Service::Impl::keep_records(std::unique_ptr<records::Store> store,
                                               records::Writer::Failed failed,
                                               std::shared_ptr<run::SpillFile> spill) {
  spill_ = std::move(spill);
  auto kept = keeper_.open(std::move(store), options_.retain_time, std::move(failed), spill_);
  if (!kept) return kept.error();
  for (records::StoredRun& run : *kept) restore(std::move(run));
  return {};
}

/// The newest come last, so that of too many the oldest are forgotten.
void Service::Impl::restore(records::StoredRun stored) {
  const base::Millis age = std::chrono::duration_cast<base::Millis>(
      clock_.wall_now() - stored.snapshot.finished_at.value_or(clock_.wall_now()));
  const RecordPtr record = make_record(std::move(stored), options_.log_bounds, clock_);
  registry_.add_restored(record);
  const auto since = clock_.wall_now() - record->run->snapshot().created_at;
  if (record->mark) marks_.add(record, std::chrono::duration_cast<base::Millis>(since));
  retention_.add(record, retained_size(*record->run, options_.log_bounds),
                 std::max(age, base::Millis(0)));
}

Checked<RecordPtr> Service::Impl::start(const Tenant& tenant, RunRequest request, AnswerMode mode,
                                        std::optional<RequestMark> mark) {
  if (mark) {
    auto known = marks_.find(tenant.name, *mark);
    if (!known) return known.error();
    if (*known) return *known;
  }
  if (auto problem = why_closed()) return std::move(*problem);
  auto checked = check(std::move(request), mode, *catalog_, options_.maxima);
  if (!checked) return checked.error();
  if (auto problem = why_not_offered(checked->spec.language)) return std::move(*problem);
  const auto& key = checked->policy.key;
  const RecordPtr older = key ? keys_.holder(tenant.name, *key) : nullptr;
  if (auto problem = why_no_room(tenant, older)) return std::move(*problem);
  RecordPtr record = add_record(tenant, std::move(*checked), std::move(mark));
  if (record->policy.key) take_key(record);
  admit(record, tenant);
  if (mode == AnswerMode::kAsync) disconnects_.expect(record, options_.abandoned);
  return record;
}

void Service::Impl::admit(const RecordPtr& record, const Tenant& tenant) {
  if (queue_.starts_at_once(tenant)) {
    // Written before it begins, since it may have ended when admit() returns.
    keeper_.started(record, version_of(*record));
    queue_.admit(record->run, tenant);
  } else {
    in_line_.emplace(record->run.get(), record);
    queue_.admit(record->run, tenant);
    keeper_.waits(record);
  }
}

std::string Service::Impl::version_of(const Record& record) const {
  const auto language = catalog_->find(record.run->spec().language);
  return language ? probes_.statuses()[*language].version : std::string();
}

void Service::Impl::launch(const run::RunPtr& run) {
  const auto waited = in_line_.extract(run.get());
  if (!waited.empty()) keeper_.launched(waited.mapped(), version_of(*waited.mapped()));
  executor_.launch(run);
}

RecordPtr Service::Impl::add_record(const Tenant& tenant, CheckedRequest request,
                                    std::optional<RequestMark> mark) {
  auto record = std::make_shared<Record>();
  request.spec.tenant = tenant.name;
  record->run = std::make_shared<run::Run>(std::move(request.spec),
                                           run::Run::Options{.id = run::make_run_id(),
                                                             .log_bounds = options_.log_bounds,
                                                             .spill = spill_,
                                                             .keep_end = keeper_.at_end(record)},
                                           clock_);
  record->tenant = tenant.name;
  record->mark = std::move(mark);
  record->policy = std::move(request.policy);
  registry_.add(record);
  if (record->mark) marks_.add(record);
  // The run holds its record until it has finished, also when it was forgotten just before: its
  // place in the queue must be given back in any case.
  record->run->on_finished(calls_.wrap([this, record] { ended(record); }));
  return record;
}

void Service::Impl::take_key(const RecordPtr& record) {
  const RecordPtr older = keys_.replace(record);
  if (!older) return;
  older->run->cancel(run::Cause::kReplaced);
  queue_.drop_cancelled(*older->run);
}

RecordPtr Service::Impl::find_by_key(const Tenant& tenant, std::string_view key) const {
  RecordPtr record = keys_.holder(tenant.name, key);
  // One that has just finished is still here until its end has come round.
  return record && record->run->finished() ? nullptr : record;
}

void Service::Impl::stop(const RecordPtr& record, base::Millis grace,
                         std::function<void(StopAnswer)> done) {
  const base::TimePoint received = clock_.now();
  if (record->run->finished()) {
    calls_.post([record, received, done = std::move(done)] {
      done(make_stop_answer(record->run->snapshot(), false, received));
    });
    return;
  }
  record->run->cancel(run::Cause::kStop, std::clamp(grace, base::Millis(0), kMaxStopGrace));
  queue_.drop_cancelled(*record->run);
  // An earlier stop may have given more grace than this one.
  const base::Millis left = grace_left(record->run->snapshot(), record->run->grace(), clock_.now());
  ends_.wait(record, left + options_.stop_confirm, [record, received, done](bool) {
    done(make_stop_answer(record->run->snapshot(), true, received));
  });
}

void Service::Impl::remove(const RecordPtr& record, std::function<void()> done) {
  if (record->run->finished()) {
    forget(*record, std::move(done));
    return;
  }
  record->run->cancel(run::Cause::kStop);
  queue_.drop_cancelled(*record->run);
  ends_.wait(record, std::nullopt,
             [this, record, done = std::move(done)](bool) { forget(*record, done); });
}

void Service::Impl::end_tenant(const Tenant& tenant) {
  for (const RecordPtr& record : registry_.all(tenant.name)) {
    if (record->run->finished()) continue;
    record->run->cancel(run::Cause::kStop);
    queue_.drop_cancelled(*record->run);
  }
}

void Service::Impl::delivered(const RecordPtr& record) {
  if (record->policy.keep) return;
  record->delivered = true;
  if (record->run->finished()) forget(*record);
}

void Service::Impl::end_all(run::Cause cause) {
  probes_.cancel();
  queue_.cancel_all(cause);
}

void Service::Impl::ended(const RecordPtr& record) {
  keys_.release(*record);
  in_line_.erase(record->run.get());
  disconnects_.ended(*record);
  if (record->delivered) forget(*record);
  if (registry_.contains(*record)) {
    retention_.add(record, retained_size(*record->run, options_.log_bounds));
  }
  queue_.ended(*record->run);
  for (const auto& call : finished_calls_) call(*record);
  ends_.ended(*record);
  shutdown_.check();
}

void Service::Impl::forget(const Record& record, std::function<void()> done) {
  retention_.remove(record);
  if (registry_.contains(record)) {
    registry_.remove(record);
    keeper_.removed(record, std::move(done));
  } else if (done) {
    calls_.post(std::move(done));
  }
}

}  // namespace leash::service
