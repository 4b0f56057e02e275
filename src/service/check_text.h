#pragma once

#include <string>
#include <string_view>

namespace leash::service {

/// True for [A-Za-z0-9._-]{1,128}: the keys of the API. Any thread.
[[nodiscard]] bool is_key(std::string_view text);

/// True for [A-Za-z_][A-Za-z0-9_]*.
[[nodiscard]] bool is_variable_name(std::string_view text);

/// True for variables that decide what the dynamic loader loads before a program's first
/// instruction: LD_* and the like. They belong to the sandbox, which preloads line buffering.
[[nodiscard]] bool is_loader_variable(std::string_view name);

/// Something a client sent, made fit to be repeated in a message: quoted, at most `max_length`
/// bytes of it, with everything but printable ASCII escaped.
[[nodiscard]] std::string quote(std::string_view text, std::size_t max_length = 64);

}  // namespace leash::service
