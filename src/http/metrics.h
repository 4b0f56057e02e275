#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "run/outcome.h"
#include "service/service.h"

namespace leash::http {

/// The server's figures in Prometheus' text format. Holds no name that a client chose, so the
/// number of series is bounded. Loop only.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  Metrics(Metrics&&) = delete;
  Metrics& operator=(Metrics&&) = delete;

  /// `route` must be of static storage; 499 counts like any status.
  void request_done(std::string_view route, int status);
  void run_finished(const run::RunSnapshot& snapshot);
  [[nodiscard]] std::string text(const service::Service::Figures& figures,
                                 std::size_t connections) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leash::http
