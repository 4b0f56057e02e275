#include "base/result.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/tell.h"

namespace leash::base {

std::string Error::message() const {
  std::string text = operation;
  if (!object.empty()) text += fmt::format(" '{}'", object);
  if (number != 0) text += ": " + std::generic_category().message(number);
  if (!detail.empty()) text += number != 0 ? fmt::format(" ({})", detail) : ": " + detail;
  return text;
}

Error system_error(std::string operation, std::string object) {
  const int number = errno;
  return {std::move(operation), std::move(object), number, {}};
}

Error plain_error(std::string operation, std::string object, std::string detail) {
  return {std::move(operation), std::move(object), 0, std::move(detail)};
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  tell("leash: bug: value() of an error at {}:{}: {}\n", where.file_name(), where.line(),
       error.message());
  std::abort();
}

}  // namespace leash::base
