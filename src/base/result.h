#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <utility>

namespace leash::base {

/// A failure of the world: what was tried, on which object, and what the kernel said.
///
/// Our own bugs assert; how a user's program ended is an Outcome. Neither is ever an Error.
struct Error {
  Error() = default;
  /// All four, so that nothing converts to an Error by itself.
  Error(std::string operation_, std::string object_, int number_, std::string detail_)
      : operation(std::move(operation_)),
        object(std::move(object_)),
        number(number_),
        detail(std::move(detail_)) {}

  std::string operation;  ///< What was tried, e.g. "mkdir". Never empty.
  std::string object;     ///< What it was tried on, e.g. "/sys/fs/cgroup/x"; may be empty.
  int number = 0;         ///< errno, or 0 where the kernel had no part in it.
  std::string detail;     ///< More for a person: the reason, or how to mend it. May be empty.

  /// One line: "mkdir '/sys/fs/cgroup/x': Permission denied (detail)".
  [[nodiscard]] std::string message() const;

  friend bool operator==(const Error&, const Error&) = default;
};

/// A value, or the Error that stood in its way. Check with has_value() or bool before value().
template <typename T>
using Result = boost::system::result<T, Error>;

/// The Error for the errno of the call that has just failed.
[[nodiscard]] Error system_error(std::string operation, std::string object = {});

/// An Error in which the kernel had no part: bad input, a missing file, a broken promise.
[[nodiscard]] Error plain_error(std::string operation, std::string object, std::string detail);

/// Called by boost::system::result when value() is asked of an error: a bug of ours, so it aborts.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace leash::base
