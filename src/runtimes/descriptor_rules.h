#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leash::runtimes {

/// What a single value of a runtime.toml may look like. Pure functions, any thread.

[[nodiscard]] bool is_id(std::string_view text);             ///< [a-z][a-z0-9_-]{0,31}
[[nodiscard]] bool is_alias(std::string_view text);          ///< [a-z0-9+#._-]{1,32}
[[nodiscard]] bool is_extension(std::string_view text);      ///< A dot, then [A-Za-z0-9+_]+.
[[nodiscard]] bool is_file_name(std::string_view text);      ///< No '/', no NUL, not "." or "..".
[[nodiscard]] bool is_absolute_path(std::string_view text);  ///< From '/', no NUL, no ".." part.
[[nodiscard]] bool is_variable_name(std::string_view text);  ///< [A-Za-z_][A-Za-z0-9_]*

/// Which placeholders a command may hold.
enum class PlaceholderSet {
  kNone,
  kCompile,  ///< {entry}, {sources}
  kRun,      ///< {entry}, {sources}, {args}
};

/// What is wrong with a command, in words; nothing if it is fine.
[[nodiscard]] std::optional<std::string> command_problem(const std::vector<std::string>& command,
                                                         PlaceholderSet allowed);

}  // namespace leash::runtimes
