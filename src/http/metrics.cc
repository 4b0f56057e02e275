#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <sstream>

namespace leash::http {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

/// Seconds. A stop takes well under a millisecond; the upper end is stop_confirm.
const Histogram::BucketBoundaries kStopBuckets{0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
                                               0.025,  0.05,   0.1,   0.25,  1.0,   3.0};

Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

/// The pointers spare the library's label lookup on every request.
struct Metrics::Impl {
  prometheus::Registry registry;
  Family<Counter>& requests = prometheus::BuildCounter()
                                  .Name("leash_http_requests_total")
                                  .Help("Answered requests; 499 is a client that left before")
                                  .Register(registry);
  Family<Counter>& runs =
      prometheus::BuildCounter().Name("leash_runs_total").Help("Finished runs").Register(registry);
  Histogram& stop_seconds = prometheus::BuildHistogram()
                                .Name("leash_stop_seconds")
                                .Help("From the cause of a run's end to its empty set of processes")
                                .Register(registry)
                                .Add({}, kStopBuckets);
  Gauge& running = gauge(registry, "leash_runs_running", "Runs that hold a slot");
  Gauge& queued = gauge(registry, "leash_runs_queued", "Runs that wait for a slot");
  Gauge& records = gauge(registry, "leash_run_records", "Runs that can be asked for");
  Gauge& connections = gauge(registry, "leash_http_connections", "Open connections");
  std::map<std::pair<std::string_view, int>, Counter*> request_counters;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::request_done(std::string_view route, int status) {
  auto& counter = impl_->request_counters[{route, status}];
  if (counter == nullptr) {
    counter =
        &impl_->requests.Add({{"route", std::string(route)}, {"status", std::to_string(status)}});
  }
  counter->Increment();
}

void Metrics::run_finished(const run::RunSnapshot& snapshot) {
  impl_->runs
      .Add({{"language", snapshot.language},
            {"status", std::string(run::to_string(snapshot.status))},
            {"cause", std::string(async::to_string(snapshot.cause))}})
      .Increment();
  if (snapshot.stop && snapshot.stop->empty) {
    const auto elapsed = snapshot.stop->emptied - snapshot.stop->requested;
    impl_->stop_seconds.Observe(std::chrono::duration<double>(elapsed).count());
  }
}

std::string Metrics::text(const service::Service::Figures& figures, std::size_t connections) const {
  impl_->running.Set(static_cast<double>(figures.running));
  impl_->queued.Set(static_cast<double>(figures.queued));
  impl_->records.Set(static_cast<double>(figures.records));
  impl_->connections.Set(static_cast<double>(connections));
  std::ostringstream out;
  const prometheus::TextSerializer serializer;
  serializer.Serialize(out, impl_->registry.Collect());
  return std::move(out).str();
}

}  // namespace leash::http
