#include "service/run_request.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <string_view>

#include "base/tell.h"
#include "protocol/job.h"
#include "service/check_files.h"
#include "service/check_limits.h"
#include "service/check_text.h"

namespace leash::service {
namespace {

constexpr std::uint64_t kMaxArgsAndEnv = 128 * 1024;
constexpr base::Millis kMaxDisconnectGrace = std::chrono::hours(1);

Problem invalid(std::string field, std::string detail) {
  return {
      .code = ProblemCode::kInvalidValue, .detail = std::move(detail), .field = std::move(field)};
}

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

Problem too_long(std::string field) {
  return {.code = ProblemCode::kTooLarge,
          .detail = fmt::format("args and env may be {} bytes together", kMaxArgsAndEnv),
          .field = std::move(field)};
}

std::optional<Problem> check_variable(const std::string& name, const std::string& value) {
  if (!is_variable_name(name)) {
    return invalid("env", fmt::format("{} is not the name of a variable", quote(name)));
  }
  const std::string field = "env." + name;
  if (is_loader_variable(name)) {
    return invalid(field, "variables of the dynamic loader cannot be set");
  }
  if (has_nul(value)) return invalid(field, "the value holds a NUL");
  return std::nullopt;
}

/// Both are counted as the kernel stores them: with a NUL at the end of each string.
std::optional<Problem> check_args_and_env(const RunRequest& request) {
  if (request.args.size() > protocol::kMaxJobStrings) {
    return Problem{.code = ProblemCode::kTooLarge,
                   .detail = fmt::format("there may be {} args", protocol::kMaxJobStrings),
                   .field = "args"};
  }
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < request.args.size(); ++i) {
    if (has_nul(request.args[i])) return invalid(fmt::format("args[{}]", i), "it holds a NUL");
    size += request.args[i].size() + 1;
  }
  if (size > kMaxArgsAndEnv) return too_long("args");
  std::set<std::string_view> names;
  for (const auto& [name, value] : request.env) {
    if (auto problem = check_variable(name, value)) return problem;
    if (!names.insert(name).second) return invalid("env." + name, "it is there twice");
    size += name.size() + value.size() + 2;
  }
  if (size > kMaxArgsAndEnv) return too_long("env");
  return std::nullopt;
}

Checked<RunPolicy> check_policy(const RunRequest& request, AnswerMode mode) {
  if (request.key && !is_key(*request.key)) {
    return invalid("key", "a key is 1 to 128 of A-Z a-z 0-9 . _ -");
  }
  if (request.disconnect_grace < base::Millis(0) ||
      request.disconnect_grace > kMaxDisconnectGrace) {
    return invalid("disconnect_grace_ms",
                   fmt::format("it must be from 0 to {}", kMaxDisconnectGrace.count()));
  }
  const OnDisconnect usual =
      mode == AnswerMode::kAsync ? OnDisconnect::kDetach : OnDisconnect::kStop;
  return RunPolicy{.on_disconnect = request.on_disconnect.value_or(usual),
                   .disconnect_grace = request.disconnect_grace,
                   .encoding = request.encoding,
                   .key = request.key,
                   .keep = request.keep};
}

std::optional<Problem> check_disk(const run::RunSpec& spec) {
  // tmpfs rounds its own size up to whole pages too.
  const base::Bytes needed = size_on_disk(spec.files);
  const std::uint64_t page = base::kib(4).count;
  const std::uint64_t disk = (spec.limits.disk.count + page - 1) / page * page;
  if (needed.count <= disk) return std::nullopt;
  return Problem{.code = ProblemCode::kTooLarge,
                 .detail = fmt::format("the files take {} bytes, and disk_bytes allows {}",
                                       needed.count, spec.limits.disk.count),
                 .field = "limits.disk_bytes"};
}

}  // namespace

void throw_exception_from_error(const Problem& problem, const boost::source_location& where) {
  base::tell("leash: bug: value() of a problem at {}:{}: {}\n", where.file_name(), where.line(),
             problem.detail);
  std::abort();
}

Checked<CheckedRequest> check(RunRequest request, AnswerMode mode, const runtimes::Catalog& catalog,
                              const Maxima& maxima) {
  const auto index = catalog.find(request.language);
  if (!index) {
    return Problem{.code = ProblemCode::kUnknownLanguage,
                   .detail = fmt::format("there is no language {}", quote(request.language)),
                   .field = "language"};
  }
  const runtimes::Descriptor& language = catalog.languages()[*index];
  auto policy = check_policy(request, mode);
  if (!policy) return policy.error();
  if (auto problem = check_args_and_env(request)) return std::move(*problem);
  auto limits = check_limits(request.limits, language.limits, maxima);
  if (!limits) return limits.error();
  if (request.fixed_wall) limits->wall = *request.fixed_wall;
  auto compile_limits =
      check_compile_limits(request.compile_limits, language.compile_limits, maxima);
  if (!compile_limits) return compile_limits.error();
  auto job = check_files(request, language);
  if (!job) return job.error();

  CheckedRequest checked{
      .spec = {.language = language.id,
               .files = std::move(job->files),
               .entry = std::move(job->entry),
               .args = std::move(request.args),
               .env = std::move(request.env),
               .stdin_data = request.stdin_data ? std::move(*request.stdin_data) : std::string(),
               .stdin_open = !request.stdin_data && mode != AnswerMode::kJson,
               .limits = *limits,
               .compile_limits = *compile_limits,
               .on_output_limit = request.on_output_limit,
               .limit_grace = request.limit_grace},
      .policy = std::move(*policy)};
  if (auto problem = check_disk(checked.spec)) return std::move(*problem);
  return checked;
}

}  // namespace leash::service
