#include "cli/bench/measurement.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include "cli/bench/process_tree.h"
#include "cli/client/json_field.h"
#include "cli/host/diagnosis.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// Of the time there is, so much is for each kind; what is left over is for the memory.
constexpr double kHelloShare = 0.5;
constexpr double kRateShare = 0.3;
constexpr double kStopShare = 0.2;
constexpr std::size_t kFewest = 5;  ///< Of each measurement, however short the time.
constexpr int kWarmUps = 3;
constexpr int kRateTurns = 3;
constexpr int kWaitingRuns = 16;
constexpr milliseconds kWarmPatience{30'000};
constexpr milliseconds kSettlePatience{5'000};
constexpr milliseconds kLookInterval{100};
/// A slot's init and its child, and the zygote itself.
constexpr std::size_t kProcessesWhenWarm = 3;

base::Duration share_of(unsigned seconds, double share, std::size_t parts) {
  const double each = seconds * share / static_cast<double>(std::max<std::size_t>(parts, 1));
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(each));
}

double median(std::vector<double> values) {
  return summarize(std::move(values)).p50;
}

asio::awaitable<void> pause() {
  asio::steady_timer timer(co_await asio::this_coro::executor, kLookInterval);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace

Reply<BenchReport> Measurement::run() {
  report_.seconds = options_.seconds;
  progress_.show("Starting a server");
  const auto address = co_await server_.ready();
  if (!address) co_return address.error();
  address_ = *address;
  auto connection = co_await Connection::open(address_);
  if (!connection) co_return connection.error();
  connection_.emplace(*std::move(connection));
  if (const auto whole = co_await check_sandbox(); !whole) co_return whole.error();
  if (const auto found = co_await find_subjects(); !found) co_return found.error();
  for (Subject& subject : subjects_) {
    if (const auto ready = co_await wait_until_warm(subject); !ready) co_return ready.error();
  }

  const auto each_hello = share_of(options_.seconds, kHelloShare, subjects_.size());
  const auto loaded = static_cast<std::size_t>(
      std::ranges::count_if(subjects_, [](const auto& one) { return one.program->at_saturation; }));
  const auto each_rate = share_of(options_.seconds, kRateShare, loaded);
  const auto each_stop = share_of(options_.seconds, kStopShare, subjects_.size());
  for (const Subject& subject : subjects_) {
    if (const auto done = co_await measure_hello(subject, each_hello); !done)
      co_return done.error();
  }
  for (const Subject& subject : subjects_) {
    if (!subject.program->at_saturation) continue;
    if (const auto done = co_await measure_rate(subject, each_rate); !done) co_return done.error();
  }
  for (const Subject& subject : subjects_) {
    if (const auto done = co_await measure_stop(subject, each_stop); !done) co_return done.error();
  }
  for (const Subject& subject : subjects_) {
    if (subject.program->wait.empty()) continue;
    if (const auto done = co_await measure_memory(subject); !done) co_return done.error();
  }
  co_return std::move(report_);
}

/// A server whose sandbox lacks a layer does start, and refuses runs.
Reply<void> Measurement::check_sandbox() {
  Request request = Request::get("/v1/capabilities");
  const auto answer = co_await call(*connection_, std::move(request));
  if (!answer) co_return answer.error();
  if (!answer->is_object()) co_return base::plain_error("read the capabilities", "", "no object");
  const json::object& capabilities = answer->as_object();
  run::Capabilities able;
  able.cgroup_mode = text_field(capabilities, "cgroup_mode");
  able.rootless = flag_field(capabilities, "rootless");
  report_.mode = mode_of(able);
  report_.cgroup_mode = able.cgroup_mode;
  const auto* layers = capabilities.if_contains("layers");
  if (layers == nullptr || !layers->is_array()) co_return base::Result<void>();
  for (const json::value& one : layers->as_array()) {
    const auto* layer = one.if_object();
    if (layer == nullptr || flag_field(*layer, "proved") || !flag_field(*layer, "required")) {
      continue;
    }
    co_return base::plain_error(
        "use the sandbox", text_field(*layer, "name"),
        fmt::format("{}; {}", text_field(*layer, "detail"), text_field(*layer, "remedy")));
  }
  co_return base::Result<void>();
}

Reply<void> Measurement::find_subjects() {
  Request request = Request::get("/v1/languages");
  const auto answer = co_await call(*connection_, std::move(request));
  if (!answer) co_return answer.error();
  const auto* languages = answer->if_array();
  if (languages == nullptr) co_return base::plain_error("read the languages", "", "no array");
  for (const json::value& one : *languages) {
    const auto* language = one.if_object();
    if (language == nullptr) continue;
    const std::string id = text_field(*language, "id");
    const auto& asked = options_.languages;
    if (!asked.empty() && std::ranges::find(asked, id) == asked.end()) continue;
    const auto program = std::ranges::find(bench_programs(), id, &Program::language);
    if (!flag_field(*language, "available")) {
      report_.notes.push_back(
          fmt::format("{} is not available: {}", id, text_field(*language, "reason")));
    } else if (program == bench_programs().end()) {
      report_.notes.push_back(fmt::format("{}: there is no program to measure it with", id));
    } else {
      Subject subject{.program = &*program, .version = text_field(*language, "version")};
      const auto index = catalog_.find(id);
      const std::string& zygote = index ? catalog_.languages()[*index].zygote : std::string();
      subject.zygote = zygote.substr(zygote.rfind('/') + 1);
      if (const auto done = prepare_bare(subject); !done) co_return done.error();
      subjects_.push_back(std::move(subject));
    }
  }
  if (subjects_.empty()) {
    std::string why = report_.notes.empty() ? "" : report_.notes.front();
    co_return base::plain_error("measure", "", "no language can be measured: " + why);
  }
  co_return base::Result<void>();
}

base::Result<void> Measurement::prepare_bare(Subject& subject) {
  const Program& program = *subject.program;
  progress_.show(fmt::format("Preparing {}", program.language));
  const std::string folder = fmt::format("{}/bare-{}", server_.folder(), program.language);
  if (::mkdir(folder.c_str(), 0700) != 0) return base::system_error("mkdir", folder);
  auto hello = BareCommand::prepare(program, program.hello, folder);
  if (!hello) return hello.error();
  subject.hello = *std::move(hello);
  if (program.wait.empty()) return {};
  auto wait = BareCommand::prepare(program, program.wait, folder);
  if (!wait) return wait.error();
  subject.wait = *std::move(wait);
  return {};
}

/// Until slots of its warmed interpreter are ready, and its program is compiled, where it has one.
Reply<void> Measurement::wait_until_warm(Subject& subject) {
  const Program& program = *subject.program;
  progress_.show(fmt::format("Waiting until {} is warm", program.language));
  if (!subject.zygote.empty()) {
    subject.warm = false;
    for (const auto begin = Clock::now(); Clock::now() - begin < kWarmPatience;) {
      const std::size_t count = count_of_program(process_tree(server_.pid()), subject.zygote);
      subject.warm = count >= kProcessesWhenWarm;
      if (subject.warm) break;
      co_await pause();
    }
    if (!subject.warm) {
      report_.notes.push_back(
          fmt::format("{} was not warm in time: it was started cold", program.language));
    }
  }
  for (int i = 0; i < kWarmUps; ++i) {
    const auto ran = co_await timed_run(*connection_, run_body(program.language, program.hello));
    if (!ran) co_return ran.error();
  }
  co_return base::Result<void>();
}

Reply<void> Measurement::measure_hello(const Subject& subject, base::Duration time) {
  const Program& program = *subject.program;
  progress_.show(fmt::format("Hello in {}", program.language));
  const std::string body = run_body(program.language, program.hello);
  std::vector<double> ours;
  std::vector<double> bare;
  for (const auto begin = Clock::now(); ours.size() < kFewest || Clock::now() - begin < time;) {
    const auto took = co_await timed_run(*connection_, body);
    if (!took) co_return took.error();
    ours.push_back(*took);
    if (!subject.hello) continue;
    const auto bare_begin = Clock::now();
    if (const auto ran = subject.hello->run(); !ran) co_return ran.error();
    bare.push_back(std::chrono::duration<double, std::milli>(Clock::now() - bare_begin).count());
  }
  HelloRow row{.language = std::string(program.language),
               .version = subject.version,
               .bare_command = subject.hello ? subject.hello->text() : "",
               .warm = subject.warm,
               .sandboxed = summarize(std::move(ours)),
               .bare = std::nullopt};
  if (subject.hello) row.bare = summarize(std::move(bare));
  report_.hellos.push_back(std::move(row));
  co_return base::Result<void>();
}

Reply<void> Measurement::measure_rate(const Subject& subject, base::Duration time) {
  const Program& program = *subject.program;
  progress_.show(fmt::format("Runs a second of {}", program.language));
  const std::string body = run_body(program.language, program.hello);
  const base::Duration turn = time / (2 * kRateTurns);
  std::vector<double> ours;
  std::vector<double> bare;
  for (int i = 0; i < kRateTurns; ++i) {
    const auto rate = co_await run_rate(address_, body, kBenchConnections, turn);
    if (!rate) co_return rate.error();
    ours.push_back(*rate);
    if (!subject.hello) continue;
    const auto bare_rate = runs_per_second(*subject.hello, turn);
    if (!bare_rate) co_return bare_rate.error();
    bare.push_back(*bare_rate);
  }
  RateRow row{.language = std::string(program.language), .sandboxed = median(std::move(ours))};
  if (!bare.empty()) row.bare = median(std::move(bare));
  report_.rates.push_back(std::move(row));
  co_return base::Result<void>();
}

Reply<void> Measurement::measure_stop(const Subject& subject, base::Duration time) {
  const Program& program = *subject.program;
  progress_.show(fmt::format("Stop of {}", program.language));
  const std::string body = run_body(program.language, program.spin);
  std::vector<double> times;
  for (const auto begin = Clock::now(); times.size() < kFewest || Clock::now() - begin < time;) {
    const auto id = co_await start_and_read(*connection_, body);
    if (!id) co_return id.error();
    const auto took = co_await timed_stop(*connection_, *id);
    if (!took) co_return took.error();
    times.push_back(*took);
  }
  StopRow row{.language = std::string(program.language), .times = summarize(std::move(times))};
  report_.stops.push_back(std::move(row));
  co_return base::Result<void>();
}

Reply<void> Measurement::measure_memory(const Subject& subject) {
  const Program& program = *subject.program;
  progress_.show(fmt::format("Memory of {}", program.language));
  const std::string body = run_body(program.language, program.wait);
  const auto before = co_await settled_memory();
  if (!before) co_return before.error();
  std::vector<std::string> ids;
  for (int i = 0; i < kWaitingRuns; ++i) {
    const auto id = co_await start_and_read(*connection_, body);
    if (!id) co_return id.error();
    ids.push_back(*id);
  }
  const auto after = co_await settled_memory();
  if (!after) co_return after.error();
  for (const std::string& id : ids) {
    if (const auto took = co_await timed_stop(*connection_, id); !took) co_return took.error();
  }
  const std::uint64_t more = after->count > before->count ? after->count - before->count : 0;
  MemoryRow row{.language = std::string(program.language),
                .sandboxed = {more / kWaitingRuns},
                .bare = std::nullopt};
  if (subject.wait) {
    const auto bare = subject.wait->while_waiting([](pid_t pid) { return memory_of({pid}); });
    if (!bare) co_return bare.error();
    row.bare = *bare;
  }
  report_.memory.push_back(std::move(row));
  co_return base::Result<void>();
}

Reply<base::Bytes> Measurement::settled_memory() {
  std::vector<pid_t> tree;
  for (const auto begin = Clock::now(); Clock::now() - begin < kSettlePatience;) {
    const std::vector<pid_t> earlier = std::exchange(tree, process_tree(server_.pid()));
    if (tree == earlier) break;
    co_await pause();
  }
  co_return memory_of(tree);
}

}  // namespace leash::cli
