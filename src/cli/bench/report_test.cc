#include "cli/bench/report.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace leash::cli {
namespace {

BenchReport sample() {
  BenchReport report{.machine = {.kernel = "Linux 6.1 (x86_64)",
                                 .cpu = "A CPU",
                                 .cores = 2,
                                 .memory = base::gib(4)},
                     .mode = "root, cgroup v2",
                     .cgroup_mode = "v2",
                     .seconds = 50};
  report.hellos.push_back({.language = "python",
                           .version = "3.11",
                           .bare_command = "python3 -c",
                           .sandboxed = {.count = 40, .min = 0.9, .p50 = 1, .p99 = 2.5},
                           .bare = Summary{.count = 40, .min = 9, .p50 = 10, .p99 = 123.4}});
  report.hellos.push_back({.language = "javascript",
                           .version = "2.50",
                           .warm = false,
                           .sandboxed = {.count = 5, .min = 3, .p50 = 4, .p99 = 5},
                           .bare = std::nullopt});
  report.rates.push_back({.language = "python", .sandboxed = 1234, .bare = 617});
  report.stops.push_back(
      {.language = "bash", .times = {.count = 12, .min = 0.5, .p50 = 0.75, .p99 = 1}});
  report.memory.push_back({.language = "python", .sandboxed = base::mib(2), .bare = base::mib(8)});
  return report;
}

TEST(BenchReport, SaysEachFigureBesideTheBareOneWithTheirRatio) {
  EXPECT_EQ(describe(sample(), Colours(false)),
            "leash " LEASH_VERSION
            " on Linux 6.1 (x86_64)\n"
            "2 cores, A CPU, 4 GiB\n"
            "Mode: root, cgroup v2\n"
            "\n"
            "Hello, in ms: in a sandbox over HTTP, and bare, in turns\n"
            "LANGUAGE    VERSION  RUNS  P50   P99   BARE COMMAND  P50   P99  RATIO\n"
            "python      3.11     40    1.00  2.50  python3 -c    10.0  123  0.10\n"
            "javascript  2.50     5     4.00  5.00  -             -     -    -\n"
            "\n"
            "Runs a second: 8 at once, and bare on every core, in turns\n"
            "LANGUAGE  SANDBOXED  BARE  RATIO\n"
            "python    1234       617   2.00\n"
            "\n"
            "Stop of a spinning program until it is proven empty, in ms\n"
            "LANGUAGE  STOPS  MIN   P50   P99\n"
            "bash      12     0.50  0.75  1.00\n"
            "\n"
            "Memory of one more run that waits, in MiB (PSS)\n"
            "LANGUAGE  SANDBOXED  BARE  RATIO\n"
            "python    2.00       8.00  0.25\n");
}

TEST(BenchReport, LeavesOutWhatWasNotMeasuredAndSaysWhy) {
  BenchReport report = sample();
  report.rates.clear();
  report.stops.clear();
  report.memory.clear();
  report.notes = {"node is not available: no\x1b[2J such file"};
  const std::string text = describe(report, Colours(false));
  EXPECT_EQ(text.find("Runs a second"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\n\nnode is not available: no?[2J such file\n")) << text;
}

TEST(BenchReport, JsonHasTheSameFiguresAndNullWhereThereIsNone) {
  const auto json = to_json(sample());
  const auto& hellos = json.at("hellos").as_array();
  EXPECT_EQ(hellos[0].at_pointer("/bare/command").as_string(), "python3 -c");
  EXPECT_EQ(hellos[0].at_pointer("/bare/p99_ms").as_double(), 123.4);
  EXPECT_EQ(hellos[0].at("ratio").as_double(), 0.1);
  EXPECT_TRUE(hellos[1].at("bare").is_null() && hellos[1].at("ratio").is_null());
  EXPECT_FALSE(hellos[1].at("warm").as_bool());
  EXPECT_EQ(json.at("rates").at_pointer("/0/sandboxed_per_second").as_double(), 1234);
  EXPECT_EQ(json.at("stops").at_pointer("/0/p50_ms").as_double(), 0.75);
  EXPECT_EQ(json.at("memory").at_pointer("/0/ratio").as_double(), 0.25);
  EXPECT_EQ(json.at("cgroup_mode").as_string(), "v2");
  EXPECT_EQ(json.at("memory_bytes").to_number<std::uint64_t>(), base::gib(4).count);
}

}  // namespace
}  // namespace leash::cli
