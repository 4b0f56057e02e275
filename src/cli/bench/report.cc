#include "cli/bench/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/text/table.h"
#include "cli/text/units.h"

namespace leash::cli {
namespace json = boost::json;
namespace {

constexpr const char* kNone = "-";

std::string number(double value) {
  if (value >= 100) return fmt::format("{:.0f}", value);
  return fmt::format("{:.{}f}", value, value >= 10 ? 1 : 2);
}

std::string ratio(double ours, std::optional<double> bare) {
  return bare && *bare > 0 ? number(ours / *bare) : kNone;
}

double mib(base::Bytes bytes) {
  return static_cast<double>(bytes.count) / (1U << 20U);
}

std::string section(std::string_view title, const Table& table, const Colours& colours) {
  return table.empty() ? "" : fmt::format("\n{}\n{}", colours.strong(title), table.text());
}

std::string hellos(const BenchReport& report, const Colours& colours) {
  Table table({"LANGUAGE", "VERSION", "RUNS", "P50", "P99", "BARE COMMAND", "P50", "P99", "RATIO"});
  for (const HelloRow& row : report.hellos) {
    std::vector<std::string> cells = {row.language, row.version,
                                      std::to_string(row.sandboxed.count),
                                      number(row.sandboxed.p50), number(row.sandboxed.p99)};
    if (row.bare) {
      cells.insert(cells.end(), {row.bare_command, number(row.bare->p50), number(row.bare->p99),
                                 ratio(row.sandboxed.p50, row.bare->p50)});
    } else {
      cells.insert(cells.end(), 4, kNone);
    }
    table.add(std::move(cells));
  }
  return section("Hello, in ms: in a sandbox over HTTP, and bare, in turns", table, colours);
}

std::string rates(const BenchReport& report, const Colours& colours) {
  Table table({"LANGUAGE", "SANDBOXED", "BARE", "RATIO"});
  for (const RateRow& row : report.rates) {
    table.add({row.language, number(row.sandboxed), row.bare ? number(*row.bare) : kNone,
               ratio(row.sandboxed, row.bare)});
  }
  return section(
      fmt::format("Runs a second: {} at once, and bare on every core, in turns", kBenchConnections),
      table, colours);
}

std::string stops(const BenchReport& report, const Colours& colours) {
  Table table({"LANGUAGE", "STOPS", "MIN", "P50", "P99"});
  for (const StopRow& row : report.stops) {
    table.add({row.language, std::to_string(row.times.count), number(row.times.min),
               number(row.times.p50), number(row.times.p99)});
  }
  return section("Stop of a spinning program until it is proven empty, in ms", table, colours);
}

std::string memory(const BenchReport& report, const Colours& colours) {
  Table table({"LANGUAGE", "SANDBOXED", "BARE", "RATIO"});
  for (const MemoryRow& row : report.memory) {
    const auto bare = row.bare ? std::optional(mib(*row.bare)) : std::nullopt;
    table.add({row.language, number(mib(row.sandboxed)), bare ? number(*bare) : kNone,
               ratio(mib(row.sandboxed), bare)});
  }
  return section("Memory of one more run that waits, in MiB (PSS)", table, colours);
}

json::object to_json(const Summary& summary, std::string_view unit) {
  const auto name = [unit](std::string_view what) { return fmt::format("{}_{}", what, unit); };
  return {{"count", summary.count},
          {name("min"), summary.min},
          {name("p50"), summary.p50},
          {name("p99"), summary.p99}};
}

template <typename Row, typename Convert>
json::array array_of(const std::vector<Row>& rows, Convert convert) {
  json::array array;
  for (const Row& row : rows) array.emplace_back(convert(row));
  return array;
}

json::object hello_json(const HelloRow& row) {
  json::object object = {{"language", row.language}, {"version", row.version},
                         {"warm", row.warm},         {"sandboxed", to_json(row.sandboxed, "ms")},
                         {"bare", nullptr},          {"ratio", nullptr}};
  if (row.bare) {
    json::object bare = to_json(*row.bare, "ms");
    bare["command"] = row.bare_command;
    object["bare"] = std::move(bare);
    object["ratio"] = row.sandboxed.p50 / row.bare->p50;
  }
  return object;
}

json::object pair_json(std::string_view language, std::string_view unit, double ours,
                       std::optional<double> bare) {
  json::object object = {{"language", language}};
  object[fmt::format("sandboxed_{}", unit)] = ours;
  object[fmt::format("bare_{}", unit)] = bare ? json::value(*bare) : json::value(nullptr);
  object["ratio"] = bare && *bare > 0 ? json::value(ours / *bare) : json::value(nullptr);
  return object;
}

json::object rate_json(const RateRow& row) {
  return pair_json(row.language, "per_second", row.sandboxed, row.bare);
}

json::object stop_json(const StopRow& row) {
  json::object object = to_json(row.times, "ms");
  object["language"] = row.language;
  return object;
}

json::object memory_json(const MemoryRow& row) {
  std::optional<double> bare;
  if (row.bare) bare = double(row.bare->count);
  return pair_json(row.language, "bytes", double(row.sandboxed.count), bare);
}

}  // namespace

std::string describe(const BenchReport& report, const Colours& colours) {
  const Machine& machine = report.machine;
  std::string text = fmt::format(
      "{} on {}\n{} cores, {}, {}\nMode: {}\n", colours.strong("leash " LEASH_VERSION),
      machine.kernel, machine.cores, machine.cpu, show_bytes(machine.memory), report.mode);
  text += hellos(report, colours) + rates(report, colours) + stops(report, colours) +
          memory(report, colours);
  if (!report.notes.empty()) text += '\n';
  for (const std::string& note : report.notes) text += printable(note) + '\n';
  return text;
}

json::object to_json(const BenchReport& report) {
  const Machine& machine = report.machine;
  return {{"version", LEASH_VERSION},
          {"kernel", machine.kernel},
          {"cpu", machine.cpu},
          {"cores", machine.cores},
          {"memory_bytes", machine.memory.count},
          {"mode", report.mode},
          {"cgroup_mode", report.cgroup_mode},
          {"seconds", report.seconds},
          {"connections", kBenchConnections},
          {"hellos", array_of(report.hellos, &hello_json)},
          {"rates", array_of(report.rates, &rate_json)},
          {"stops", array_of(report.stops, &stop_json)},
          {"memory", array_of(report.memory, &memory_json)},
          {"notes", json::value_from(report.notes)}};
}

}  // namespace leash::cli
