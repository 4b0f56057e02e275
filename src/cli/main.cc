#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <sstream>
#include <system_error>

#include "base/tell.h"
#include "cli/session/verdict.h"
#include "cli/text/standard_output.h"
#include "cli/verbs/verb.h"
#include "sys/standard_fds.h"

namespace leash::cli {
namespace {

constexpr std::array kVerbs = {&add_serve,  &add_run,     &add_ps,     &add_stop,
                               &add_logs,   &add_token,   &add_doctor, &add_bench,
                               &add_config, &add_version, &add_http};

bool has_verb(const CLI::App& app, std::string_view name) {
  return !app.get_subcommands([name](const CLI::App* verb) { return verb->get_name() == name; })
              .empty();
}

/// What a parsing that is no call of a verb has to say: a help or a mistake.
int explain(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream mistake;
  const int code = app.exit(error, out, mistake);
  std::fputs(out.str().c_str(), stdout);
  base::tell_text(mistake.str());
  const auto* extra = dynamic_cast<const CLI::ExtrasError*>(&error);
  if (extra != nullptr && app.got_subcommand("run")) {
    base::tell_text("What belongs to the program goes behind --: leash run FILE -- ARGUMENT...\n");
  }
  return code == 0 ? kExitOk : kExitUsage;
}

int output_failed(int number) {
  const std::string text = describe_write_failure(number);
  return text.empty() ? kExitSignalBase + SIGPIPE : fail(text);
}

/// A command that could not print what it was asked for has failed.
int finish(int code) {
  const int failed = flush_stdout();
  return failed == 0 ? code : output_failed(failed);
}

int start(int argc, char** argv) {
  Context context{.environment = current_environment(), .is_root = ::geteuid() == 0};
  int own = argc;  // what stands behind "--" is not for CLI11
  for (int i = 1; i < argc && own == argc; ++i) {
    if (std::string_view(argv[i]) == "--") own = i;
  }
  for (int i = own + 1; i < argc; ++i) context.rest.emplace_back(argv[i]);

  CLI::App app("Runs untrusted code, streams what it prints, and stops it for real.", "leash");
  app.require_subcommand(1);
  app.set_version_flag("--version", "leash " LEASH_VERSION);
  std::vector<const char*> words(argv, argv + own);
  if (own > 1 && std::string_view(argv[1]) == "help") {  // `leash help run`: `leash run --help`
    words.erase(words.begin() + 1);
    words.push_back("--help");
  }
  Action action;
  for (const auto& add : kVerbs) add(app, context, action);
  if (words.size() < 2) {
    base::tell_text(app.help());
    return kExitUsage;
  }
  try {
    if (words[1][0] != '-' && !has_verb(app, words[1])) {
      throw CLI::ExtrasError("leash", {words[1]});
    }
    app.parse(static_cast<int>(words.size()), words.data());
    if (own < argc && !app.got_subcommand("run")) {
      throw CLI::ArgumentMismatch("only `leash run` takes something behind --");
    }
  } catch (const CLI::ParseError& error) {
    return finish(explain(app, error));
  }
  const int code = action();
  // The server goes on without anybody who reads its link, and ends as if there were one.
  return app.got_subcommand("http") ? code : finish(code);
}

}  // namespace
}  // namespace leash::cli

int main(int argc, char** argv) {
  leash::sys::open_missing_standard_fds();
  try {
    return leash::cli::start(argc, argv);
  } catch (const std::system_error& error) {
    if (std::ferror(stdout) != 0) return leash::cli::output_failed(error.code().value());
    return leash::cli::fail(std::string_view(error.what()));
  } catch (const std::exception& error) {
    return leash::cli::fail(std::string_view(error.what()));
  }
}
