#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leash::cli {

/// What `leash bench` runs of a language: in the sandbox, and as people call it without one.
struct Program {
  std::string_view language;
  std::string_view hello;   ///< Prints one line.
  std::string_view spin;    ///< Prints a line, then burns CPU until it is stopped.
  std::string_view wait;    ///< Prints a line, then waits. Empty: its memory is not looked at.
  std::string_view source;  ///< The file of its code, where there is a compiler.
  std::vector<std::string> compile;  ///< A command in the folder of that file; may be empty.
  std::vector<std::string> run;      ///< The bare command; where nothing is compiled, the code is
                                     ///< its last argument.
  bool at_saturation = false;        ///< Runs a second are measured, too.
};

/// Sorted by language. One that is not among them is not measured.
[[nodiscard]] std::span<const Program> bench_programs();

}  // namespace leash::cli
