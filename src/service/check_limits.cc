#include "service/check_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "service/check_text.h"

namespace leash::service {
namespace {

/// A limit that can be asked for: its name, its maximum, and what to do with a good value.
struct Rule {
  std::string_view name;
  std::uint64_t maximum;
  std::function<void(std::uint64_t)> take;
};

std::optional<Problem> apply(std::string_view group, const AskedLimits& asked,
                             std::initializer_list<Rule> rules) {
  for (const auto& [name, value] : asked) {
    std::string field = fmt::format("{}.{}", group, name);
    const auto* rule =
        std::find_if(rules.begin(), rules.end(),
                     [&name = name](const Rule& candidate) { return candidate.name == name; });
    if (rule == rules.end()) {
      return Problem{.code = ProblemCode::kUnknownField,
                     .detail = fmt::format("{} is not a limit", quote(name)),
                     .field = std::move(field)};
    }
    if (!value) continue;
    if (*value == 0) {
      return Problem{.code = ProblemCode::kInvalidValue,
                     .detail = "a limit must be above zero; null means the default",
                     .field = std::move(field)};
    }
    if (*value > rule->maximum) {
      return Problem{.code = ProblemCode::kLimitTooHigh,
                     .detail = fmt::format("{} is above the maximum of {}", *value, rule->maximum),
                     .field = std::move(field)};
    }
    rule->take(*value);
  }
  return std::nullopt;
}

/// Casts that cannot lose anything: maxima are far below the types' ends.
base::Millis millis(std::uint64_t count) {
  return base::Millis(static_cast<base::Millis::rep>(count));
}
std::uint64_t count_of(base::Millis time) {
  return static_cast<std::uint64_t>(time.count());
}

}  // namespace

run::Limits default_limits(const runtimes::RunLimits& defaults, const Maxima& maxima) {
  return {.wall = std::min(defaults.wall, maxima.wall),
          .cpu = defaults.cpu,
          .idle = defaults.idle,
          .memory = std::min(defaults.memory, maxima.memory),
          .tasks = std::min(defaults.tasks, maxima.tasks),
          .output = std::min(defaults.output, maxima.output),
          .disk = std::min(defaults.disk, maxima.disk)};
}

run::CompileLimits default_limits(const runtimes::CompileLimits& defaults, const Maxima& maxima) {
  return {.wall = std::min(defaults.wall, maxima.wall),
          .memory = std::min(defaults.memory, maxima.memory)};
}

Checked<run::Limits> check_limits(const AskedLimits& asked, const runtimes::RunLimits& defaults,
                                  const Maxima& maxima) {
  const base::Millis cpu_maximum = maxima.wall * maxima.tasks;
  run::Limits limits = default_limits(defaults, maxima);
  auto problem =
      apply("limits", asked,
            {{"wall_ms", count_of(maxima.wall), [&](std::uint64_t v) { limits.wall = millis(v); }},
             {"cpu_ms", count_of(cpu_maximum), [&](std::uint64_t v) { limits.cpu = millis(v); }},
             {"idle_ms", count_of(maxima.wall), [&](std::uint64_t v) { limits.idle = millis(v); }},
             {"memory_bytes", maxima.memory.count, [&](std::uint64_t v) { limits.memory = {v}; }},
             {"tasks", maxima.tasks,
              [&](std::uint64_t v) { limits.tasks = static_cast<std::uint32_t>(v); }},
             {"output_bytes", maxima.output.count, [&](std::uint64_t v) { limits.output = {v}; }},
             {"disk_bytes", maxima.disk.count, [&](std::uint64_t v) { limits.disk = {v}; }}});
  if (problem) return std::move(*problem);
  return limits;
}

Checked<run::CompileLimits> check_compile_limits(const AskedLimits& asked,
                                                 const runtimes::CompileLimits& defaults,
                                                 const Maxima& maxima) {
  run::CompileLimits limits = default_limits(defaults, maxima);
  auto problem =
      apply("compile_limits", asked,
            {{"wall_ms", count_of(maxima.wall), [&](std::uint64_t v) { limits.wall = millis(v); }},
             {"memory_bytes", maxima.memory.count, [&](std::uint64_t v) { limits.memory = {v}; }}});
  if (problem) return std::move(*problem);
  return limits;
}

}  // namespace leash::service
