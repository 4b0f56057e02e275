#include "http/metrics.h"

#include <gtest/gtest.h>

namespace leash::http {
namespace {

TEST(Metrics, CountsRequestsRunsAndStops) {
  Metrics metrics;
  metrics.request_done("/v1/runs", 200);
  metrics.request_done("/v1/runs", 200);
  metrics.request_done("/v1/runs", 499);
  run::RunSnapshot snapshot;
  snapshot.language = "python";
  snapshot.status = run::Status::kCancelled;
  snapshot.cause = run::Cause::kStop;
  snapshot.stop = run::StopProof{.emptied = base::TimePoint() + base::Millis(4), .empty = true};
  metrics.run_finished(snapshot);
  const std::string text = metrics.text({.running = 3, .queued = 2, .records = 9}, 5);
  for (const std::string_view line :
       {R"(leash_http_requests_total{route="/v1/runs",status="200"} 2)",
        R"(leash_http_requests_total{route="/v1/runs",status="499"} 1)",
        R"(leash_runs_total{cause="stop",language="python",status="cancelled"} 1)",
        R"(leash_stop_seconds_bucket{le="0.002"} 0)", R"(leash_stop_seconds_bucket{le="0.005"} 1)",
        "leash_runs_running 3", "leash_runs_queued 2", "leash_run_records 9",
        "leash_http_connections 5"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
}

}  // namespace
}  // namespace leash::http
