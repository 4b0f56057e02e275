#include "service/selftest_verdict.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "service/check_text.h"

namespace leash::service {
namespace {

using run::Cause;

/// What leash itself puts there, visible inside the sandbox only.
constexpr std::string_view kOwnPrograms = "/opt/leash/";

/// The first of the programs the language needs that is not on this machine.
std::optional<std::string> missing_program(const runtimes::Descriptor& language,
                                           const ProgramExists& program_exists) {
  std::vector<const runtimes::Command*> commands{&language.version.command};
  if (language.compile) commands.push_back(&language.compile->command);
  commands.push_back(&language.run);
  for (const runtimes::Command* command : commands) {
    if (command->empty()) continue;
    const std::string& program = command->front();
    if (!program.starts_with('/') || program.starts_with(kOwnPrograms)) continue;
    if (!program_exists(program)) return program;
  }
  return std::nullopt;
}

std::string first_line(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return quote(text.substr(0, text.find('\n')), 160);
}

/// "ended with exit code 1: 'what it said'".
std::string describe_end(const ProbeResult& result) {
  const run::RunSnapshot& end = result.snapshot;
  std::string text;
  if (end.cause == Cause::kSetupError) {
    return fmt::format("could not be started: {}",
                       end.setup_error.empty() ? "no reason was given" : end.setup_error);
  }
  if (end.cause == Cause::kCompileError) {
    text = "did not compile";
    if (end.compile) {
      const std::string said = first_line(end.compile->stderr_data);
      if (!said.empty()) text += ": " + said;
    }
    return text;
  }
  if (end.cause != Cause::kExit || !end.exit) {
    return fmt::format("was ended: {}", async::to_string(end.cause));
  }
  text = end.exit->signaled ? "ended with " + run::signal_name(end.exit->code)
                            : fmt::format("ended with exit code {}", end.exit->code);
  const std::string said = first_line(result.stderr_data);
  if (!said.empty()) text += ": " + said;
  return text;
}

}  // namespace

VersionVerdict judge_version(const runtimes::Descriptor& language, const ProbeResult& result,
                             const ProgramExists& program_exists) {
  if (result.snapshot.cause == Cause::kExit) {
    for (const std::string* printed : {&result.stdout_data, &result.stderr_data}) {
      if (auto version = runtimes::find_version(language.version, *printed)) {
        return {.version = std::move(*version), .problem = {}};
      }
    }
  }
  VersionVerdict verdict;
  if (const auto program = missing_program(language, program_exists)) {
    verdict.problem = "not installed: " + *program;
  } else if (result.snapshot.status == run::Status::kSucceeded) {
    verdict.problem = fmt::format("its version command printed {}, which shows no version",
                                  quote(result.stdout_data + result.stderr_data));
  } else {
    verdict.problem = "its version command " + describe_end(result);
  }
  return verdict;
}

std::optional<std::string> judge_selftest(const runtimes::Descriptor& language,
                                          const ProbeResult& result,
                                          const ProgramExists& program_exists) {
  const std::string& expected = language.selftest.expected_output;
  if (result.snapshot.status == run::Status::kSucceeded) {
    if (result.stdout_data == expected) return std::nullopt;
    return fmt::format("its self-test printed {} instead of {}", quote(result.stdout_data),
                       quote(expected));
  }
  if (const auto program = missing_program(language, program_exists)) {
    return "not installed: " + *program;
  }
  return "its self-test " + describe_end(result);
}

}  // namespace leash::service
