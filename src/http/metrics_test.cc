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
  metrics.run_finished(snapshot, {.max_wall = base::Millis(300'000)});
  const std::string text = metrics.text({.figures = {.running = 3, .queued = 2, .records = 9},
                                         .max_running = 4,
                                         .max_queued = 8,
                                         .connections = 5,
                                         .ready = true});
  for (const std::string_view line :
       {R"(leash_http_requests_total{route="/v1/runs",status="200"} 2)",
        R"(leash_http_requests_total{route="/v1/runs",status="499"} 1)",
        R"(leash_runs_total{cause="stop",language="python",status="cancelled"} 1)",
        R"(leash_stop_seconds_bucket{le="0.002"} 0)", R"(leash_stop_seconds_bucket{le="0.005"} 1)",
        "leash_runs_running 3", "leash_runs_queued 2", "leash_run_records 9",
        "leash_http_connections 5", "leash_run_slots 4", "leash_run_queue_places 8",
        "leash_ready 1"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
}

TEST(Metrics, CountsCompilesAndWhatWasSpared) {
  Metrics metrics;
  run::RunSnapshot snapshot;
  snapshot.language = "c";
  snapshot.compile = run::CompileReport{.exit = run::ProgramExit{}, .cached = false};
  metrics.run_finished(snapshot, {});
  snapshot.compile->cached = true;
  metrics.run_finished(snapshot, {});
  metrics.run_finished(snapshot, {});
  snapshot.compile->exit = run::ProgramExit{.code = 1};  // it has no program
  metrics.run_finished(snapshot, {});
  const std::string text =
      metrics.text({.figures = {.compile_cache = {.bytes = 4096, .entries = 2}}});
  for (const std::string_view line :
       {R"(leash_compiles_total{cached="false",language="c"} 1)",
        R"(leash_compiles_total{cached="true",language="c"} 2)", "leash_compile_cache_bytes 4096",
        "leash_compile_cache_entries 2"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
}

void expect_line(const Metrics& metrics, std::string_view line) {
  const std::string text = metrics.text({});
  EXPECT_NE(text.find(std::string(line) + "\n"), std::string::npos) << line << "\n" << text;
}

TEST(Metrics, R45_CountsTimeoutsWhatTheySavedAndHowFastTheyWere) {
  Metrics metrics;
  const base::TimePoint start{std::chrono::hours(1)};
  run::RunSnapshot snapshot;
  snapshot.language = "python";
  snapshot.status = run::Status::kTimedOut;
  snapshot.cause = run::Cause::kWallLimit;
  snapshot.phase = run::Phase::kRun;
  snapshot.timing.run = base::Millis(10'000);
  snapshot.stop = run::StopProof{.requested = start,
                                 .signaled = start + base::Micros(300),
                                 .emptied = start + base::Millis(20),
                                 .empty = true};
  metrics.run_finished(snapshot, {.max_wall = base::Millis(300'000)});
  expect_line(metrics, R"(leash_timeout_interrupts_total{cause="wall_limit",language="python"} 1)");
  expect_line(metrics, "leash_timeout_saved_seconds_total 290");
  expect_line(metrics, R"(leash_timeout_interrupt_seconds_bucket{le="0.0002"} 0)");
  expect_line(metrics, R"(leash_timeout_interrupt_seconds_bucket{le="0.0005"} 1)");
  expect_line(metrics, R"(leash_stop_seconds_bucket{le="0.01"} 0)");
  expect_line(metrics, R"(leash_stop_seconds_bucket{le="0.025"} 1)");
  expect_line(metrics, R"(leash_run_seconds_bucket{le="5"} 0)");
  expect_line(metrics, R"(leash_run_seconds_bucket{le="10"} 1)");
}

TEST(Metrics, AGraceThatWasGrantedIsNoLatency) {
  Metrics metrics;
  run::RunSnapshot snapshot;
  snapshot.status = run::Status::kTimedOut;
  snapshot.phase = run::Phase::kRun;
  snapshot.stop =
      run::StopProof{.signaled = base::TimePoint() + base::Micros(10'300), .empty = true};
  metrics.run_finished(snapshot, {.limit_grace = base::Millis(10)});
  expect_line(metrics, R"(leash_timeout_interrupt_seconds_bucket{le="0.0005"} 1)");
}

TEST(Metrics, WhoWaitedInVainInterruptedNothing) {
  Metrics metrics;
  run::RunSnapshot snapshot;
  snapshot.language = "python";
  snapshot.status = run::Status::kTimedOut;
  snapshot.cause = run::Cause::kQueueLimit;
  snapshot.phase = run::Phase::kQueue;
  snapshot.stop = run::StopProof{.empty = true};
  metrics.run_finished(snapshot, {.max_wall = base::Millis(300'000)});
  expect_line(metrics, "leash_timeout_interrupt_seconds_count 0");
  expect_line(metrics, "leash_timeout_saved_seconds_total 0");
  EXPECT_EQ(metrics.text({}).find("leash_timeout_interrupts_total{"), std::string::npos);
}

TEST(Metrics, CountsOpenStreamsByTransport) {
  Metrics metrics;
  {
    const Metrics::OpenStream one(metrics, Transport::kWebSocket);
    const Metrics::OpenStream two(metrics, Transport::kWebSocket);
    const Metrics::OpenStream three(metrics, Transport::kSse);
    expect_line(metrics, R"(leash_http_streams{transport="websocket"} 2)");
    expect_line(metrics, R"(leash_http_streams{transport="sse"} 1)");
  }
  expect_line(metrics, R"(leash_http_streams{transport="websocket"} 0)");
}

TEST(Metrics, CountsOutput) {
  Metrics metrics;
  run::RunSnapshot snapshot;
  snapshot.usage.stdout_bytes = 1000;
  snapshot.usage.stderr_bytes = 7;
  metrics.run_finished(snapshot, {});
  metrics.run_finished(snapshot, {});
  expect_line(metrics, R"(leash_run_output_bytes_total{stream="stdout"} 2000)");
  expect_line(metrics, R"(leash_run_output_bytes_total{stream="stderr"} 14)");
}

}  // namespace
}  // namespace leash::http
