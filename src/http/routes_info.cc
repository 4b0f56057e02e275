// What the server is and how it is: languages, capabilities, health, metrics, contract, page.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <utility>

#include "http/exchange.h"
#include "http/routes.h"
#include "http/static_files.h"
#include "service/check_limits.h"

namespace leash::http::routes {
namespace {

namespace json = boost::json;
namespace bhttp = boost::beast::http;

json::value millis(const std::optional<base::Millis>& time) {
  if (!time) return nullptr;
  return time->count();
}

json::object limit(json::value usual, json::value most) {
  json::object both;
  both["default"] = std::move(usual);
  both["max"] = std::move(most);
  return both;
}

json::object run_limits(const run::Limits& usual, const service::Maxima& most) {
  json::object limits;
  limits["wall_ms"] = limit(usual.wall.count(), most.wall.count());
  limits["cpu_ms"] = limit(millis(usual.cpu), most.wall.count() * most.tasks);
  limits["idle_ms"] = limit(millis(usual.idle), most.wall.count());
  limits["memory_bytes"] = limit(usual.memory.count, most.memory.count);
  limits["tasks"] = limit(usual.tasks, most.tasks);
  limits["output_bytes"] = limit(usual.output.count, most.output.count);
  limits["disk_bytes"] = limit(usual.disk.count, most.disk.count);
  return limits;
}

json::object compile_limits(const run::CompileLimits& usual, const service::Maxima& most) {
  json::object limits;
  limits["wall_ms"] = limit(usual.wall.count(), most.wall.count());
  limits["memory_bytes"] = limit(usual.memory.count, most.memory.count);
  return limits;
}

std::string_view warm_name(runtimes::Warm warm) {
  switch (warm) {
    case runtimes::Warm::kZygote:
      return "zygote";
    case runtimes::Warm::kPrestart:
      return "prestart";
    case runtimes::Warm::kNone:
      break;
  }
  return "none";
}

json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return json::value(text);
}

Response json_response(const json::value& value) {
  Response response;
  response.body = json::serialize(value);
  return response;
}

json::object describe(const runtimes::Descriptor& language, const service::LanguageStatus* status,
                      const service::Maxima& maxima) {
  const bool available = status != nullptr && status->available;
  json::object entry;
  entry["id"] = language.id;
  entry["name"] = language.name;
  entry["version"] = status != nullptr ? text_or_null(status->version) : nullptr;
  entry["aliases"] = json::array(language.aliases.begin(), language.aliases.end());
  entry["available"] = available;
  entry["reason"] = available           ? json::value(nullptr)
                    : status == nullptr ? json::value("its self-test has not been run yet")
                                        : text_or_null(status->reason);
  const auto warm = warm_name(language.warm);
  entry["warm"] = json::string_view(warm.data(), warm.size());
  entry["limits"] = run_limits(service::default_limits(language.limits, maxima), maxima);
  entry["compile_limits"] =
      language.compile ? json::value(compile_limits(
                             service::default_limits(language.compile_limits, maxima), maxima))
                       : json::value(nullptr);
  return entry;
}

}  // namespace

Task<void> languages(App& app, Exchange& exchange) {
  json::array list;
  for (const auto& language : app.catalog->languages()) {
    const service::LanguageStatus* status = nullptr;
    for (const auto& known : app.service.languages()) {
      if (known.id == language.id) status = &known;
    }
    list.push_back(describe(language, status, app.service.options().maxima));
  }
  Response response = json_response(list);
  co_await exchange.respond(std::move(response));
}

Task<void> capabilities(App& app, Exchange& exchange) {
  const run::Capabilities able = app.service.capabilities();
  const service::Service::Options& options = app.service.options();
  json::array layers;
  for (const auto& layer : able.layers) {
    json::object entry;
    entry["name"] = layer.name;
    entry["required"] = layer.required;
    entry["proved"] = layer.proved;
    entry["detail"] = layer.detail;
    entry["remedy"] = layer.remedy;
    layers.push_back(std::move(entry));
  }
  json::object maxima;
  maxima["wall_ms"] = options.maxima.wall.count();
  maxima["output_bytes"] = options.maxima.output.count;
  maxima["memory_bytes"] = options.maxima.memory.count;
  maxima["tasks"] = options.maxima.tasks;
  maxima["disk_bytes"] = options.maxima.disk.count;
  json::object body;
  body["server"] = "leash";
  body["version"] = LEASH_VERSION;
  body["executor"] = able.executor;
  body["cgroup_mode"] = able.cgroup_mode;
  body["rootless"] = able.rootless;
  body["complete"] = able.complete();
  body["layers"] = std::move(layers);
  body["maxima"] = std::move(maxima);
  body["max_running"] = options.max_running;
  body["max_queued"] = options.max_queued;
  body["body_bytes"] = app.body_limit.count;
  body["retain_output_bytes"] = options.log_bounds.retain.count;
  Response response = json_response(body);
  co_await exchange.respond(std::move(response));
}

Task<void> metrics(App& app, Exchange& exchange) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = app.metrics.text({.figures = app.service.figures(),
                                    .max_running = app.service.options().max_running,
                                    .max_queued = app.service.options().max_queued,
                                    .connections = app.connections(),
                                    .ready = app.service.ready()});
  co_await exchange.respond(std::move(response));
}

Task<void> healthz(App& /*app*/, Exchange& exchange) {
  Response response;
  response.body = R"({"status":"ok"})";
  co_await exchange.respond(std::move(response));
}

Task<void> readyz(App& app, Exchange& exchange) {
  Response response;
  if (app.service.ready()) {
    response.body = R"({"status":"ready"})";
  } else {
    service::Problem problem{.code = service::ProblemCode::kUnavailable,
                             .detail = app.service.draining()
                                           ? "the server is shutting down"
                                           : "the self-tests are not done, or a layer is missing",
                             .retry_after_s = 1};
    response = problem_response(problem);
  }
  co_await exchange.respond(std::move(response));
}

Task<void> openapi(App& /*app*/, Exchange& exchange) {
  Response response;
  response.shared_body = openapi_document();
  co_await exchange.respond(std::move(response));
}

Task<void> page(App& app, Exchange& exchange) {
  const StaticFile* file = find_static_file(app.page, exchange.target().path);
  if (file == nullptr) {
    service::Problem problem{.code = service::ProblemCode::kNotFound,
                             .detail = "there is no such path"};
    co_await exchange.refuse(std::move(problem));
    co_return;
  }
  Response response = static_response(*file, exchange.header(bhttp::field::if_none_match));
  co_await exchange.respond(std::move(response));
}

}  // namespace leash::http::routes
