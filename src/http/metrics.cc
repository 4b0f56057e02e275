#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace leash::http {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

/// Seconds. A kill is written in well under a millisecond, and the set of processes is empty some
/// milliseconds later; the upper end is stop_confirm.
const Histogram::BucketBoundaries kStopBuckets{0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
                                               0.025,  0.05,   0.1,   0.25,  1.0,   3.0};
const Histogram::BucketBoundaries kRunBuckets{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1,
                                              5,     10,    30,   60,   300, 3600};
constexpr std::array<const char*, 3> kTransports{"sse", "ndjson", "websocket"};

Gauge& gauge(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

Family<Counter>& counters(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Histogram& histogram(Registry& registry, const char* name, const char* help,
                     const Histogram::BucketBoundaries& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

double seconds(base::Duration duration) {
  return std::max(0.0, std::chrono::duration<double>(duration).count());
}

}  // namespace

/// The pointers spare the library's label lookup on every request.
struct Metrics::Impl {
  Registry registry;
  Family<Counter>& requests = counters(registry, "leash_http_requests_total",
                                       "Answered requests; 499 is a client that left before");
  Family<Counter>& runs = counters(registry, "leash_runs_total", "Finished runs");
  Family<Counter>& compiles = counters(registry, "leash_compiles_total",
                                       "Compile steps that succeeded; cached ones ran no compiler");
  Family<Counter>& interrupts = counters(registry, "leash_timeout_interrupts_total",
                                         "Programs that were ended by one of their clocks");
  Counter& saved =
      counters(registry, "leash_timeout_saved_seconds_total",
               "How long interrupted programs could have gone on, up to the server's longest run")
          .Add({});
  Histogram& interrupt_seconds =
      histogram(registry, "leash_timeout_interrupt_seconds",
                "From the end of a program's time to its kill", kStopBuckets);
  Histogram& stop_seconds =
      histogram(registry, "leash_stop_seconds",
                "From the cause of a run's end to its empty set of processes", kStopBuckets);
  Histogram& queued_seconds = histogram(registry, "leash_run_queued_seconds",
                                        "How long finished runs had waited", kRunBuckets);
  Histogram& run_seconds =
      histogram(registry, "leash_run_seconds", "How long finished programs had run", kRunBuckets);
  Family<Counter>& output = counters(registry, "leash_run_output_bytes_total",
                                     "What finished programs had printed, kept or not");
  Counter& stdout_bytes = output.Add({{"stream", "stdout"}});
  Counter& stderr_bytes = output.Add({{"stream", "stderr"}});
  Gauge& running = gauge(registry, "leash_runs_running", "Runs that hold a slot");
  Gauge& slots = gauge(registry, "leash_run_slots", "How many runs there may be at once");
  Gauge& queued = gauge(registry, "leash_runs_queued", "Runs that wait for a slot");
  Gauge& queue_places = gauge(registry, "leash_run_queue_places", "How many runs may wait");
  Gauge& records = gauge(registry, "leash_run_records", "Runs that can be asked for");
  Gauge& cache_bytes = gauge(registry, "leash_compile_cache_bytes",
                             "Memory of compiled programs that are kept to be run again");
  Gauge& cache_entries =
      gauge(registry, "leash_compile_cache_entries", "How many compiled programs are kept");
  Gauge& connections = gauge(registry, "leash_http_connections", "Open connections");
  Gauge& ready = gauge(registry, "leash_ready", "1 if new runs are taken");
  std::array<Gauge*, kTransports.size()> streams{};
  std::map<std::pair<std::string_view, int>, Counter*> request_counters;

  Impl() {
    auto& family = prometheus::BuildGauge()
                       .Name("leash_http_streams")
                       .Help("Readers that follow a run now")
                       .Register(registry);
    for (std::size_t i = 0; i < streams.size(); ++i) {
      streams[i] = &family.Add({{"transport", kTransports[i]}});
    }
    prometheus::BuildGauge()
        .Name("leash_build_info")
        .Help("Always 1; the version is in the label")
        .Register(registry)
        .Add({{"version", LEASH_VERSION}})
        .Set(1);
  }
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

void Metrics::run_finished(const run::RunSnapshot& snapshot, const RunContext& context) {
  const std::string cause(async::to_string(snapshot.cause));
  impl_->runs
      .Add({{"language", snapshot.language},
            {"status", std::string(run::to_string(snapshot.status))},
            {"cause", cause}})
      .Increment();
  if (snapshot.compile && snapshot.compile->exit == run::ProgramExit{}) {
    impl_->compiles
        .Add({{"language", snapshot.language},
              {"cached", snapshot.compile->cached ? "true" : "false"}})
        .Increment();
  }
  impl_->queued_seconds.Observe(seconds(snapshot.timing.queued));
  impl_->stdout_bytes.Increment(static_cast<double>(snapshot.usage.stdout_bytes));
  impl_->stderr_bytes.Increment(static_cast<double>(snapshot.usage.stderr_bytes));
  if (snapshot.phase == run::Phase::kRun) impl_->run_seconds.Observe(seconds(snapshot.timing.run));
  if (!snapshot.stop || !snapshot.stop->empty) return;
  const run::StopProof& proof = *snapshot.stop;
  impl_->stop_seconds.Observe(seconds(proof.emptied - proof.requested));
  if (snapshot.status != run::Status::kTimedOut || snapshot.phase == run::Phase::kQueue) return;
  impl_->interrupts.Add({{"language", snapshot.language}, {"cause", cause}}).Increment();
  impl_->interrupt_seconds.Observe(seconds(proof.signaled - proof.requested - context.limit_grace));
  impl_->saved.Increment(seconds(context.max_wall - snapshot.timing.run));
}

Metrics::OpenStream::OpenStream(Metrics& metrics, Transport transport)
    : metrics_(metrics), transport_(transport) {
  metrics_.impl_->streams.at(static_cast<std::size_t>(transport_))->Increment();
}

Metrics::OpenStream::~OpenStream() {
  metrics_.impl_->streams.at(static_cast<std::size_t>(transport_))->Decrement();
}

std::string Metrics::text(const Now& now) const {
  impl_->running.Set(static_cast<double>(now.figures.running));
  impl_->slots.Set(static_cast<double>(now.max_running));
  impl_->queued.Set(static_cast<double>(now.figures.queued));
  impl_->queue_places.Set(static_cast<double>(now.max_queued));
  impl_->records.Set(static_cast<double>(now.figures.records));
  impl_->cache_bytes.Set(static_cast<double>(now.figures.compile_cache.bytes));
  impl_->cache_entries.Set(static_cast<double>(now.figures.compile_cache.entries));
  impl_->connections.Set(static_cast<double>(now.connections));
  impl_->ready.Set(now.ready ? 1 : 0);
  std::ostringstream out;
  const prometheus::TextSerializer serializer;
  serializer.Serialize(out, impl_->registry.Collect());
  return std::move(out).str();
}

}  // namespace leash::http
