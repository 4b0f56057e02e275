#include "runtimes/descriptor.h"

#include <algorithm>
#include <limits>
#include <regex>

#include "runtimes/descriptor_rules.h"
#include "runtimes/toml_reader.h"

namespace leash::runtimes {
namespace {

constexpr std::size_t kVersionOutputLimit = 1024;

Warm read_warm(TomlReader& reader) {
  const std::string word = reader.text_or("warm", "none");
  if (word == "zygote") return Warm::kZygote;
  if (word == "prestart") return Warm::kPrestart;
  if (word != "none") reader.fail("warm", R"(must be "none", "zygote" or "prestart")");
  return Warm::kNone;
}

Command read_command(TomlReader& reader, PlaceholderSet allowed) {
  Command command = reader.texts("command");
  if (const auto problem = command_problem(command, allowed)) reader.fail("command", *problem);
  return command;
}

/// Applies a rule to each string of a list that was read before.
template <typename Rule>
void check_each(TomlReader& reader, std::string_view key, const std::vector<std::string>& values,
                Rule is_good, std::string_view must_be) {
  for (const std::string& value : values) {
    if (!is_good(value)) reader.fail(key, "'" + value + "' must be " + std::string(must_be));
  }
}

/// std::regex reads the numbers in a pattern (of a repetition, of a group) without a bound.
bool has_long_number(std::string_view pattern) {
  constexpr std::size_t kMaxDigits = 3;
  std::size_t digits = 0;
  return std::ranges::any_of(pattern, [&](char c) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    return digits > kMaxDigits;
  });
}

VersionProbe read_version(TomlReader reader) {
  VersionProbe probe;
  probe.command = read_command(reader, PlaceholderSet::kNone);
  probe.pattern = reader.text("pattern");
  if (has_long_number(probe.pattern)) {
    reader.fail("pattern", "has a number of more than three digits");
    probe.pattern.clear();
    return probe;
  }
  try {
    if (std::regex(probe.pattern).mark_count() != 1) {
      reader.fail("pattern", "must have exactly one group");
    }
  } catch (const std::regex_error& error) {
    reader.fail("pattern", error.what());
  }
  reader.finish();
  return probe;
}

void check_environment(TomlReader& reader, const std::map<std::string, std::string>& variables) {
  for (const auto& [name, value] : variables) {
    if (!is_variable_name(name)) reader.fail("environment." + name, "is no variable name");
    if (value.find('\0') != std::string::npos) reader.fail("environment." + name, "holds a NUL");
  }
}

std::optional<Prestart> read_prestart(TomlReader& section, const std::string& prefix,
                                      std::optional<std::string>& error) {
  const toml::table* table = section.table("prestart");
  if (table == nullptr) return std::nullopt;
  TomlReader reader(*table, prefix + ".prestart.", error);
  Prestart prestart;
  prestart.command = read_command(reader, PlaceholderSet::kNone);
  prestart.environment = reader.text_map("environment");
  check_environment(reader, prestart.environment);
  prestart.start_variables = reader.texts("start_variables");
  check_each(reader, "start_variables", prestart.start_variables, is_variable_name,
             "the beginning of a variable's name");
  prestart.min_memory = {reader.positive("min_memory_bytes").value_or(prestart.min_memory.count)};
  reader.finish();
  return prestart;
}

CompileStep read_compile(TomlReader reader, std::optional<std::string>& error) {
  CompileStep step;
  step.command = read_command(reader, PlaceholderSet::kCompile);
  step.sources = reader.texts("sources");
  check_each(reader, "sources", step.sources, is_extension, "an extension such as \".c\"");
  step.artifacts = reader.texts("artifacts");
  check_each(reader, "artifacts", step.artifacts, is_file_name, "a plain file name");
  if (step.artifacts.empty()) reader.fail("artifacts", "must name at least one file");
  step.volatile_names = reader.texts("volatile");
  const auto not_empty = [](std::string_view name) { return !name.empty(); };
  check_each(reader, "volatile", step.volatile_names, not_empty, "a name");
  const auto& command = step.command;
  if (step.sources.empty() &&
      std::find(command.begin(), command.end(), "{sources}") != command.end()) {
    reader.fail("sources", "must be given when the command holds {sources}");
  }
  step.prestart = read_prestart(reader, "compile", error);
  reader.finish();
  return step;
}

void read_run(TomlReader reader, Descriptor& result, std::optional<std::string>& error) {
  result.run = read_command(reader, PlaceholderSet::kRun);
  result.run_prestart = read_prestart(reader, "run", error);
  reader.finish();
}

std::optional<base::Millis> read_millis(TomlReader& reader, std::string_view key) {
  const auto value = reader.positive(key);
  if (!value) return std::nullopt;
  return base::Millis(*value);
}

base::Bytes read_bytes(TomlReader& reader, std::string_view key, base::Bytes fallback) {
  return {reader.positive(key).value_or(fallback.count)};
}

RunLimits read_limits(TomlReader reader) {
  RunLimits limits;
  limits.wall = read_millis(reader, "wall_ms").value_or(limits.wall);
  limits.cpu = read_millis(reader, "cpu_ms");
  limits.idle = read_millis(reader, "idle_ms");
  limits.memory = read_bytes(reader, "memory_bytes", limits.memory);
  const std::uint64_t tasks = reader.positive("tasks").value_or(limits.tasks);
  if (tasks > std::numeric_limits<std::uint32_t>::max()) reader.fail("tasks", "too large");
  limits.tasks = static_cast<std::uint32_t>(tasks);
  limits.output = read_bytes(reader, "output_bytes", limits.output);
  limits.disk = read_bytes(reader, "disk_bytes", limits.disk);
  reader.finish();
  return limits;
}

CompileLimits read_compile_limits(TomlReader reader) {
  CompileLimits limits;
  limits.wall = read_millis(reader, "wall_ms").value_or(limits.wall);
  limits.memory = read_bytes(reader, "memory_bytes", limits.memory);
  reader.finish();
  return limits;
}

SelfTest read_selftest(TomlReader reader) {
  SelfTest test;
  test.file = reader.text("file");
  if (!is_file_name(test.file)) reader.fail("file", "must be a plain file name");
  test.expected_file = reader.text("expected");
  if (!is_file_name(test.expected_file)) reader.fail("expected", "must be a plain file name");
  reader.finish();
  return test;
}

Descriptor read_document(const toml::table& root, std::optional<std::string>& error) {
  TomlReader reader(root, "", error);
  Descriptor result;
  result.id = reader.text("id");
  if (!is_id(result.id)) reader.fail("id", "must match [a-z][a-z0-9_-]{0,31}");
  result.name = reader.text("name");
  result.entry = reader.text("entry");
  if (!is_file_name(result.entry)) reader.fail("entry", "must be a plain file name");
  result.extensions = reader.texts("extensions");
  check_each(reader, "extensions", result.extensions, is_extension, "an extension such as \".c\"");
  if (result.extensions.empty()) reader.fail("extensions", "must name at least one");
  result.aliases = reader.texts("aliases");
  check_each(reader, "aliases", result.aliases, is_alias, "lower case, [a-z0-9+#._-]{1,32}");
  result.warm = read_warm(reader);
  result.zygote = reader.text_or("zygote", "");
  if (result.zygote.starts_with('/') != (result.warm == Warm::kZygote)) {
    reader.fail("zygote", R"(must be an absolute path if warm is "zygote", and absent otherwise)");
  }
  result.mounts = reader.texts("mounts");
  check_each(reader, "mounts", result.mounts, is_absolute_path, "an absolute path without '..'");
  result.environment = reader.text_map("environment");
  check_environment(reader, result.environment);

  const auto section = [&](std::string_view key, bool required) {
    const toml::table* table = reader.table(key);
    if (table == nullptr && required) reader.fail(key, "missing");
    return table;
  };
  const auto inside = [&](const toml::table* table, std::string_view key) {
    return TomlReader(*table, std::string(key) + ".", error);
  };
  if (const auto* table = section("version", true))
    result.version = read_version(inside(table, "version"));
  if (const auto* table = section("compile", false))
    result.compile = read_compile(inside(table, "compile"), error);
  if (const auto* table = section("run", true)) read_run(inside(table, "run"), result, error);
  const bool prestarts = result.run_prestart || (result.compile && result.compile->prestart);
  if (prestarts != (result.warm == Warm::kPrestart)) {
    reader.fail("run.prestart", R"(must be given, or compile.prestart, if warm is "prestart", )"
                                "and neither of them otherwise");
  }
  if (const auto* table = section("limits", false))
    result.limits = read_limits(inside(table, "limits"));
  if (const auto* table = section("compile_limits", false)) {
    result.compile_limits = read_compile_limits(inside(table, "compile_limits"));
    if (!result.compile) reader.fail("compile_limits", "makes no sense without [compile]");
  }
  if (const auto* table = section("selftest", true)) {
    result.selftest = read_selftest(inside(table, "selftest"));
  }
  reader.finish();
  return result;
}

}  // namespace

base::Result<Descriptor> parse_descriptor(std::string_view toml_text,
                                          std::string_view source_name) {
  const std::string source(source_name);
  std::optional<std::string> error;
  Descriptor result;
  try {
    result = read_document(toml::parse(toml_text, source), error);
  } catch (const toml::parse_error& problem) {
    error = "line " + std::to_string(problem.source().begin.line) + ": " +
            std::string(problem.description());
  }
  if (error) return base::plain_error("read", source, *error);
  return result;
}

std::optional<std::string> find_version(const VersionProbe& probe, std::string_view output) {
  output = output.substr(0, kVersionOutputLimit);
  std::match_results<std::string_view::const_iterator> match;
  if (!std::regex_search(output.begin(), output.end(), match, std::regex(probe.pattern))) {
    return std::nullopt;
  }
  return match[1].str();
}

}  // namespace leash::runtimes
