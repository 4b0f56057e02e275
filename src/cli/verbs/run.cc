#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>

#include "async/end_signals.h"
#include "cli/client/json_field.h"
#include "cli/host/helper.h"
#include "cli/session/follow.h"
#include "cli/session/job.h"
#include "cli/session/local_run.h"
#include "cli/session/remote_run.h"
#include "cli/session/verdict.h"
#include "cli/text/standard_output.h"
#include "cli/verbs/client_options.h"
#include "cli/verbs/verb.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr const char* kFooter =
    "Everything after -- is passed to the program.\n"
    "Limits: wall, cpu, idle (2s, 500ms), memory, output, disk (256M, 1G), tasks (64),\n"
    "        compile-wall, compile-memory; several with commas or by repeating --limit.\n"
    "Ctrl-C stops the run and shows the proof; a second Ctrl-C does not wait for it.\n"
    "Exit code: the program's; 128+N if signal N ended it; 124 if it ran out of time;\n"
    "           125 if it exceeded a limit or could not be run; 1 if it did not compile;\n"
    "           130 if it was stopped (128+N if signal N told leash to do so).";

struct RunOptions {
  ClientOptions client;
  std::string file;
  std::string language;
  std::string entry;
  std::vector<std::string> limits;
  std::vector<std::string> env;
  std::string stdin_file;
  std::string key;
  bool json = false;
  bool local = false;
};

base::Result<Job> read_job(const RunOptions& options, const Context& context) {
  Job job{.language = options.language,
          .entry = options.entry,
          .args = context.rest,
          .key = options.key};
  auto files = read_program(options.file);
  if (!files) return files.error();
  job.files = *std::move(files);
  for (const std::string& text : options.limits) {
    if (auto read = read_limits(text, job.limits); !read) return read.error();
  }
  for (const std::string& text : options.env) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return base::plain_error("read --env", text, "must be NAME=VALUE");
    }
    job.env.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return job;
}

base::Result<sys::UniqueFd> open_input(const std::string& file) {
  const bool own = file.empty() || file == "-";
  sys::UniqueFd fd(own ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                       : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open() && !own) return base::system_error("open", file);
  return fd;  // without a stdin of our own the program has none either
}

std::vector<std::string> texts_field(const json::object& object, std::string_view name) {
  std::vector<std::string> texts;
  const auto* value = find_field(object, name);
  const auto* array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr) return texts;
  for (const json::value& element : *array) {
    if (const auto* text = element.if_string()) texts.emplace_back(text->data(), text->size());
  }
  return texts;
}

/// The languages of a server; those of this installation tell the extensions it does not.
asio::awaitable<base::Result<std::vector<KnownLanguage>>> ask_languages(ServerAddress server) {
  const auto response = co_await exchange_once(std::move(server), Request::get("/v1/languages"));
  if (!response) co_return response.error();
  if (!response->is_success()) co_return response->refusal("ask for the languages");
  const auto document = response->json();
  if (!document) co_return document.error();
  std::vector<KnownLanguage> languages;
  if (const auto* array = document->if_array()) {
    for (const json::value& one : *array) {
      const auto* object = one.if_object();
      if (object == nullptr) continue;
      KnownLanguage known{.id = text_field(*object, "id"),
                          .names = texts_field(*object, "aliases"),
                          .extensions = texts_field(*object, "extensions")};
      known.names.push_back(known.id);
      languages.push_back(std::move(known));
    }
  }
  const auto resources = find_resources();
  if (!resources) co_return languages;
  const auto catalog = runtimes::load_catalog(resources->runtimes());
  if (!catalog) co_return languages;
  for (KnownLanguage& own : known_languages(*catalog)) languages.push_back(std::move(own));
  co_return languages;
}

int not_run(const base::Error& error) {
  fail(error);
  return kExitNotRun;
}

/// Follows the run and says how it ended.
asio::awaitable<int> show(RunSource& source, const RunOptions& options) {
  TerminalOutput output(co_await asio::this_coro::executor);
  const auto input = open_input(options.stdin_file);
  if (!input) co_return not_run(input.error());
  const auto followed =
      co_await follow(source, output, {.stdin_fd = input->get(), .show_output = !options.json});
  if (!followed) {
    co_await output.say(followed.error().message());
    co_return kExitNotRun;
  }
  if (options.json) {
    auto object = co_await source.run_object();
    if (!object) co_return not_run(object.error());
    static_cast<void>(co_await output.write(run::Stream::kStdout, *object + '\n'));
  } else if (const std::string text = describe_end(followed->end); !text.empty()) {
    if (!followed->output_went_away) co_await output.say(text);
  }
  const std::string unwritten = describe_write_failure(output.stdout_failure());
  if (output.stdout_failure() != 0 && !unwritten.empty()) {
    co_await output.say(unwritten + (options.json ? "" : "; the run was stopped"));
    co_return kExitNotRun;
  }
  const int interrupted_by = followed->output_went_away ? SIGPIPE : followed->interrupted_by;
  co_return exit_code_of(followed->end, interrupted_by);
}

asio::awaitable<int> run_on_server(ServerAddress server, Job job, const RunOptions& options) {
  std::vector<KnownLanguage> languages;
  if (job.language.empty()) {
    auto known = co_await ask_languages(server);
    if (!known) co_return not_run(known.error());
    languages = *std::move(known);
  }
  if (const auto completed = complete(job, languages); !completed) {
    co_return not_run(completed.error());
  }
  auto run = co_await RemoteRun::start(std::move(server), to_json(job));
  if (!run) co_return not_run(run.error());
  co_return co_await show(**run, options);
}

asio::awaitable<int> run_here(std::unique_ptr<LocalRun> run, const RunOptions& options) {
  co_return co_await show(*run, options);
}

int run_locally(Job job, const RunOptions& options) {
  // A signal must not end this process before it has taken its folder away. While the program runs
  // follow() hears of it, too.
  asio::io_context aside(1);
  asio::signal_set signals(aside);
  async::add_end_signals(signals);
  int interrupted_by = 0;
  signals.async_wait([&](const boost::system::error_code& failed, int number) {
    if (!failed) interrupted_by = number;
  });
  asio::io_context loop(1);
  auto helper = Helper::start(nullptr, {});
  aside.poll();
  if (interrupted_by != 0) return kExitSignalBase + interrupted_by;
  if (!helper) return not_run(helper.error());
  run::Executor& executor = (*helper)->executor();
  for (const run::Layer& layer : executor.capabilities().layers) {
    if (layer.proved || !layer.required) continue;
    fail(fmt::format("the sandbox lacks {}: {}; {}", layer.name, layer.detail, layer.remedy));
    return kExitNotRun;
  }
  const auto completed = complete(job, known_languages(*(*helper)->catalog()));
  if (!completed) return not_run(completed.error());
  auto run = LocalRun::start(loop, executor, *(*helper)->catalog(), to_json(job));
  if (!run) return not_run(run.error());
  const int code = run_blocking(loop, run_here(*std::move(run), options));
  for (const base::Error& error : (*helper)->stop()) fail(error);
  return code;
}

int run(const RunOptions& options, const Context& context) {
  auto job = read_job(options, context);
  if (!job) return not_run(job.error());
  if (options.local) return run_locally(*std::move(job), options);
  auto server = find_server(options.client, context);
  if (!server) return not_run(server.error());
  return run_blocking(run_on_server(*std::move(server), *std::move(job), options));
}

}  // namespace

void add_run(CLI::App& app, const Context& context, Action& action) {
  CLI::App* verb = app.add_subcommand("run", "Run a program, show its output as it comes");
  verb->footer(kFooter);
  auto options = std::make_shared<RunOptions>();
  verb->add_option("FILE", options->file, "the program: a file, or a folder")->required();
  verb->add_option("--language,-l", options->language, "default: from the file's name");
  verb->add_option("--entry", options->entry, "the file of a folder to start");
  verb->add_option("--limit", options->limits, "such as wall=2s,memory=256M")
      ->allow_extra_args(false)
      ->take_all();
  verb->add_option("--stdin", options->stdin_file, "the program's stdin; default: ours (-)")
      ->type_name("FILE");
  verb->add_option("--env", options->env, "a variable of the program's environment")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->take_all();
  verb->add_option("--key", options->key, "replaces the run that has this key now");
  verb->add_flag("--json", options->json, "print the Run object instead of the output");
  verb->add_flag("--local", options->local, "run it here, without a server");
  add_client_options(*verb, options->client);
  verb->callback([options, &context, &action] {
    action = [options, &context] { return run(*options, context); };
  });
}

}  // namespace leash::cli
