#pragma once

#include <memory>
#include <string_view>

#include "base/units.h"

namespace spdlog {
class logger;
}

namespace leash::http {

/// What is known of a request when its answer is complete, or its client gone.
struct AccessEntry {
  std::string_view request_id;
  std::string_view method;
  std::string_view route;  ///< The pattern, never the path: a path may hold anything.
  int status = 0;          ///< 499: the client left before the answer was complete.
  base::Micros elapsed{0};
  std::string_view tenant;
  std::string_view run_id;  ///< May be empty.
};

/// One line a request. Tokens, code and output never reach it, and what a client chose (the method)
/// has its control characters escaped. Any thread.
class AccessLog {
 public:
  /// Null: no log.
  explicit AccessLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}
  void write(const AccessEntry& entry) const;

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

/// `text` with everything but printable ASCII written as \xNN.
[[nodiscard]] std::string escape_for_log(std::string_view text);

}  // namespace leash::http
