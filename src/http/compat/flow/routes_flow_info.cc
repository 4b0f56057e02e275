// GET /flow/health, /flow/status and /flow/limits.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <fstream>
#include <string>

#include "http/compat/flow/flow_answer.h"
#include "http/compat/flow/flow_outcome.h"
#include "http/exchange.h"
#include "http/routes.h"

namespace leash::http::routes {
namespace {

namespace json = boost::json;

constexpr std::size_t kMebi = std::size_t{1024} * 1024;

std::string now_text() {
  return flow_timestamp(std::chrono::system_clock::now());
}

std::string mebibytes(std::uint64_t bytes) {
  return fmt::format("{:.2f} MB", static_cast<double>(bytes) / static_cast<double>(kMebi));
}

struct Memory {
  std::uint64_t resident = 0;
  std::uint64_t virtual_size = 0;
};

/// Of this process, not of the programs it runs.
Memory own_memory() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return {.resident = resident * page, .virtual_size = size * page};
}

std::size_t input_limit(const App& app) {
  return std::min<std::size_t>(kFlowMaxInput, app.body_limit.count);
}

json::object limits_text(const App& app, std::string timeout) {
  json::object limits;
  limits["executionTimeout"] = std::move(timeout);
  limits["maxCodeLength"] = fmt::format("{}字节 ({}KB)", kFlowMaxCode, kFlowMaxCode / 1024);
  limits["maxInputSize"] = fmt::format("{}MB", input_limit(app) / kMebi);
  limits["maxConcurrent"] = app.service.options().max_running;
  limits["maxResultSize"] = fmt::format("{}MB", kFlowMaxResult / kMebi);
  return limits;
}

Task<void> answer(Exchange& exchange, json::object document, int status = 200) {
  document["timestamp"] = now_text();
  Response response;
  response.status = status;
  response.body = json::serialize(document);
  co_await exchange.respond(std::move(response));
}

}  // namespace

Task<void> flow_health(App& app, Exchange& exchange) {
  const FlowStats& stats = app.flow;
  const std::size_t most = app.service.options().max_running;
  const bool overloaded = app.service.figures().running >= most;
  const bool healthy = app.service.ready() && !overloaded;
  json::object document;
  document["status"] = healthy ? "healthy" : "unhealthy";
  document["service"] = "flow-codeblock";
  document["version"] = LEASH_VERSION;
  document["runtime"] = {{"status", overloaded ? "overloaded" : "healthy"},
                         {"maxConcurrent", most},
                         {"currentExecutions", stats.current},
                         {"totalExecutions", stats.total},
                         {"successRate", fmt::format("{:.1f}%", stats.success_rate())},
                         {"errorCount", stats.pool_errors},
                         {"temporaryRuntimes", stats.temporary}};
  const Memory memory = own_memory();
  document["memory"] = {{"alloc", mebibytes(memory.resident)},
                        {"sys", mebibytes(memory.virtual_size)}};
  co_await answer(exchange, std::move(document), healthy ? 200 : 503);
}

Task<void> flow_status(App& app, Exchange& exchange) {
  const FlowStats& stats = app.flow;
  const auto figures = app.service.figures();
  const auto uptime = std::chrono::steady_clock::now() - stats.since;
  json::object executor{{"currentExecutions", stats.current},
                        {"maxConcurrent", app.service.options().max_running},
                        {"queueLength", figures.queued},
                        {"total", stats.total},
                        {"successful", stats.successful},
                        {"failed", stats.total - stats.successful - stats.current},
                        {"successRate", fmt::format("{:.1f}%", stats.success_rate())}};
  const Memory memory = own_memory();
  json::object document;
  document["success"] = true;
  document["status"] = "running";
  document["uptime"] = std::chrono::duration<double>(uptime).count();
  document["startTime"] = flow_timestamp(stats.since_at);
  document["memory"] = {{"rss", mebibytes(memory.resident)},
                        {"executor", "leash"},
                        {"executorStats", std::move(executor)}};
  document["limits"] = limits_text(app, go_duration(app.compat.execution_timeout));
  co_await answer(exchange, std::move(document));
}

Task<void> flow_limits(App& app, Exchange& exchange) {
  const auto timeout = app.compat.execution_timeout;
  // Where the vendor writes Chinese it counts seconds, not minutes.
  const double seconds = std::chrono::duration<double>(timeout).count();
  json::object document;
  document["success"] = true;
  json::object execution{
      {"maxCodeLength", kFlowMaxCode},      {"maxInputSize", input_limit(app)},
      {"maxResultSize", kFlowMaxResult},    {"timeout", timeout.count()},
      {"timeoutStr", go_duration(timeout)}, {"allowConsole", app.compat.flow_console}};
  json::array modules;
  if (app.compat.modules) {
    for (const std::string& name : app.compat.modules->names()) modules.emplace_back(name);
  }
  document["data"] = {{"limits", limits_text(app, fmt::format("{}秒", seconds))},
                      {"execution", std::move(execution)},
                      {"concurrency", {{"maxConcurrent", app.service.options().max_running}}},
                      {"modules", std::move(modules)}};
  co_await answer(exchange, std::move(document));
}

}  // namespace leash::http::routes
