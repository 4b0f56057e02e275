#pragma once

#include <memory>
#include <string>
#include <vector>

#include "run/spec.h"
#include "service/service.h"

namespace spdlog {
class logger;
}

namespace leash::http {

/// One line for each run that has ended: who, in which language, with which limits, how it ended,
/// and by which hash the code is known again. Code, arguments, variables, input and output never
/// reach it. Loop only.
class AuditLog {
 public:
  /// Null: no log.
  explicit AuditLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}
  void run_ended(const service::Record& record) const;

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

/// By what code is known again, in hex: SHA-256 of the file, as `sha256sum FILE` tells it; of
/// several files, that of the lines which `sha256sum FILE…` prints for them in their order. "-" if
/// there is none (any more).
[[nodiscard]] std::string hash_of_code(const std::vector<run::SourceFile>& files);

}  // namespace leash::http
