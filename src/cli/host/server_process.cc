#include "cli/host/server_process.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

#include "async/end_signals.h"
#include "base/tell.h"
#include "cli/host/privileges.h"
#include "cli/host/ready_text.h"
#include "cli/host/records_folder.h"
#include "cli/text/units.h"
#include "http/compat/flow/flow_modules.h"
#include "http/guard.h"
#include "runtimes/catalog.h"
#include "sys/file.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {

/// How long answers may take that are still owed when the last run has ended.
constexpr auto kLastAnswers = std::chrono::seconds(2);

std::shared_ptr<spdlog::logger> make_logger(const std::string& level) {
  auto logger = spdlog::stderr_color_st("leash");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  return logger;
}

run::EventLog::Bounds log_bounds(const Settings& settings) {
  run::EventLog::Bounds bounds;
  bounds.retain = settings.retain_output;
  return bounds;
}

service::Service::Options service_options(const Settings& settings) {
  return {.max_running = static_cast<std::size_t>(settings.max_running.value_or(0)),
          .max_queued = static_cast<std::size_t>(settings.max_queued),
          .queue_wait = settings.queue_wait,
          .stop_confirm = settings.stop_confirm,
          .slow_client = settings.slow_client,
          .drain = settings.drain,
          .retain_time = settings.retain_time,
          .retain_total = settings.retain_total,
          .abandoned = settings.abandoned,
          .log_bounds = log_bounds(settings),
          .maxima = {.wall = settings.max_wall,
                     .output = settings.max_output,
                     .memory = settings.max_memory,
                     .tasks = static_cast<std::uint32_t>(settings.max_tasks),
                     .disk = settings.max_disk}};
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

/// What the wait for live runs is for; empty if there is none to wait for.
std::string drain_text(const service::Service::Figures& figures,
                       const service::Service::Options& options) {
  const std::size_t runs = figures.running + figures.queued;
  if (runs == 0 || options.drain.count() == 0) return "";
  return fmt::format("leash: shutting down: {} up to {} to end; a second signal ends {} now\n",
                     runs == 1 ? "1 run has" : fmt::format("{} runs have", runs),
                     show_duration(options.drain), runs == 1 ? "it" : "them");
}

/// Null if there is none: not worth a server that does not start.
std::shared_ptr<run::SpillFile> make_spill_file(int folder) {
  auto file = run::SpillFile::make(folder, [](const base::Error& error) {
    base::tell("leash: {}; going on without it\n", error.message());
  });
  if (file) return *file;
  base::tell("leash: {}; the output that is kept stays in memory\n", file.error().message());
  return nullptr;
}

}  // namespace

ServerProcess::ServerProcess(Options options)
    : options_(std::move(options)), signals_(loop_), last_answers_(loop_) {
  async::add_end_signals(signals_);
}

void ServerProcess::make_service(std::shared_ptr<const runtimes::Catalog> catalog) {
  const Settings& settings = options_.config.settings;
  executor_ = std::make_unique<run::LocalExecutor>(run::LocalExecutor::Options{
      .loop = &loop_,
      .spawner_socket = std::move(options_.spawner_socket),
      .spawner_program = {},
      .state_dir = settings.state_dir,
      .catalog = catalog,
      .version = [this](const std::string& id) { return version_of(id); },
      .clock = &clock_,
      .compile_cache = settings.compile_cache,
      .on_spawner_lost = [this] { spawner_lost(); }});
  service_ = std::make_unique<service::Service>(service_options(settings), loop_, *executor_,
                                                std::move(catalog), clock_);
}

std::string ServerProcess::version_of(const std::string& language) const {
  for (const service::LanguageStatus& status : service_->languages()) {
    if (status.id == language) return status.version;
  }
  return "";
}

void ServerProcess::make_server(std::shared_ptr<const runtimes::Catalog> catalog,
                                std::shared_ptr<const http::FlowModules> modules) {
  const Settings& settings = options_.config.settings;
  http::Server::Options options;
  options.listen = settings.listen;
  options.token = options_.config.token;
  options.allowed_hosts = settings.allowed_hosts;
  options.allowed_origins = settings.allowed_origins;
  options.no_auth = settings.no_auth;
  options.authenticate = [this](std::string_view token) { return authenticate(token); };
  options.body_limit = settings.body_limit;
  options.half_close =
      settings.half_close == "ignore" ? http::HalfClose::kIgnore : http::HalfClose::kAbort;
  options.compat = {.execution_timeout = settings.execution_timeout,
                    .flow_console = settings.flow_console,
                    .modules = std::move(modules),
                    .sharppad_wall = settings.sharppad_wall};
  options.write_margin = settings.write_margin;
  options.quiet = settings.keepalive;
  options.ticket_life = settings.ticket;
  options.catalog = std::move(catalog);
  options.access_log = make_logger(settings.log_level);
  server_ = std::make_unique<http::Server>(std::move(options), loop_, *service_);
}

base::Result<void> ServerProcess::open_tokens() {
  const auto folder = sys::open_directory(options_.config.settings.state_dir);
  if (!folder) return folder.error();
  auto file = service::TokenFile::open(folder->get(), service::TokenFile::For::kReading);
  if (!file) return file.error();
  auto book = service::TokenBook::open(
      loop_, *std::move(file),
      {.removed = [this](const service::Tenant& tenant) { service_->end_tenant(tenant); },
       .failed =
           [](const base::Error& error) {
             base::tell("leash: {}; the tokens stay as they were\n", error.message());
           }});
  if (!book) return book.error();
  tokens_ = *std::move(book);
  return {};
}

base::Result<void> ServerProcess::keep_records(sys::UniqueFd folder) {
  auto spill = make_spill_file(folder.get());
  auto store = service::records::Store::open(std::move(folder),
                                             options_.config.settings.state_dir + "/records");
  if (!store) return store.error();
  return service_->keep_records(
      *std::move(store),
      [](const std::optional<base::Error>& error) {
        if (error) {
          base::tell("leash: {}; live runs go on, new ones are refused\n", error->message());
        } else {
          base::tell_text("leash: records are written again\n");
        }
      },
      std::move(spill));
}

std::optional<service::Tenant> ServerProcess::authenticate(std::string_view token) const {
  const std::string& admin = options_.config.token;
  if (!admin.empty() && http::equal_secrets(admin, token)) return service::Tenant();
  return tokens_->find(token);
}

/// Everything for which the rights are needed, and the end of them.
base::Result<void> ServerProcess::prepare() {
  auto loaded = runtimes::load_catalog(options_.config.resources + "/runtimes");
  if (!loaded) return loaded.error();
  const auto catalog = std::make_shared<const runtimes::Catalog>(*std::move(loaded));
  auto modules = http::FlowModules::load(options_.config.settings.flow_modules);
  if (!modules) return modules.error();
  make_service(catalog);
  if (auto opened = open_tokens(); !opened) return opened;
  make_server(catalog, std::make_shared<const http::FlowModules>(*std::move(modules)));
  if (auto bound = server_->start(); !bound) return bound;
  auto records = make_records_folder(options_.config.settings.state_dir, options_.uid);
  if (!records) return records.error();
  if (auto dropped = drop_privileges(options_.uid); !dropped) return dropped;
  // Only now: what is in there was written by a process without rights.
  if (auto kept = keep_records(*std::move(records)); !kept) return kept;
  return executor_->start();
}

base::Result<int> ServerProcess::run() {
  if (auto prepared = prepare(); !prepared) return prepared.error();
  await_signal();
  const Colours colours(options_.config.colours);
  base::tell_text(missing_text(executor_->capabilities(), colours));
  if (executor_->capabilities().complete()) {
    service_->probe_languages([this] { announce(); });
  } else {
    announce();
  }
  loop_.run();
  // While the others still exist: stop() runs what is left on the loop, theirs too.
  for (const base::Error& error : executor_->stop()) {
    base::tell("leash: {}\n", error.message());
  }
  server_.reset();
  tokens_.reset();
  service_.reset();
  return exit_code_;
}

void ServerProcess::announce() {
  if (closing_ || service_->draining()) return;
  const ServerConfig& config = options_.config;
  const Colours colours(config.colours);
  print(ready_text(config.settings.listen, server_->ports(), config.token, colours) +
        languages_text(service_->languages(), colours));
}

void ServerProcess::await_signal() {
  signals_.async_wait([this](const boost::system::error_code& failed, int /*number*/) {
    if (failed) return;
    await_signal();
    shut_down();
  });
}

void ServerProcess::shut_down() {
  if (closing_) {
    server_->stop(nullptr);  // again: now those who are still being answered, too
    return;
  }
  if (!service_->draining()) base::tell_text(drain_text(service_->figures(), service_->options()));
  service_->shut_down([this] { close_server(); });
}

void ServerProcess::close_server() {
  if (closing_) return;
  closing_ = true;
  server_->stop([this] { loop_.stop(); });
  last_answers_.expires_after(kLastAnswers);
  last_answers_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed) server_->stop(nullptr);
  });
}

void ServerProcess::spawner_lost() {
  if (closing_) return;
  base::tell_text("leash: the spawner is gone, and every run with it; ending\n");
  exit_code_ = 1;
  service_->executor_lost();
  close_server();
}

}  // namespace leash::cli
