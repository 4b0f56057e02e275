#pragma once

#include <span>
#include <string_view>

namespace leash::js_host {

/// One file of builtins/, embedded at build time (embed.cmake writes the definition).
struct Builtin {
  std::string_view name;
  std::string_view source;
  bool is_lazy;  ///< Not part of the start; globals.js asks for it when it is needed.
};

/// All of them, in the order in which they must be evaluated.
[[nodiscard]] std::span<const Builtin> builtins();

}  // namespace leash::js_host
