#pragma once

#include <string>
#include <string_view>

namespace leash::cli {

/// Why stdout could not be written, by errno, for people. Empty for EPIPE: the reader of a pipe has
/// read what it wanted, and nobody is told.
[[nodiscard]] std::string describe_write_failure(int number);

/// Hands on what is left in the buffer of stdout; gives the errno of a failure, or 0.
[[nodiscard]] int flush_stdout();

/// Writes to stdout what may not get lost, at once, past its buffer; gives the errno of a failure,
/// or 0. From here on SIGPIPE is ignored: the caller lives to take back what it has done.
[[nodiscard]] int write_stdout(std::string_view text);

}  // namespace leash::cli
