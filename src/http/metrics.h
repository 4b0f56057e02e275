#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/units.h"
#include "run/outcome.h"
#include "service/service.h"

namespace leash::http {

/// How a reader follows a run.
enum class Transport : std::uint8_t { kSse, kNdjson, kWebSocket };

/// The server's figures in Prometheus' text format. Holds no name that a client chose, so the
/// number of series is bounded. Loop only. ops/ has rules and a dashboard that use them.
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
  /// What the snapshot does not say.
  struct RunContext {
    base::Millis max_wall{0};     ///< The longest that any run may ask for.
    base::Millis limit_grace{0};  ///< Between the end of this run's time and its kill, on purpose.
  };
  void run_finished(const run::RunSnapshot& snapshot, const RunContext& context);

  /// A stream of events, open for as long as this lives. The metrics outlive it.
  class OpenStream {
   public:
    OpenStream(Metrics& metrics, Transport transport);
    ~OpenStream();
    OpenStream(const OpenStream&) = delete;
    OpenStream& operator=(const OpenStream&) = delete;
    OpenStream(OpenStream&&) = delete;
    OpenStream& operator=(OpenStream&&) = delete;

   private:
    Metrics& metrics_;
    const Transport transport_;
  };

  /// What is true at the moment of a scrape.
  struct Now {
    service::Service::Figures figures;
    std::size_t max_running = 0;
    std::size_t max_queued = 0;
    std::size_t connections = 0;
    bool ready = false;
  };
  [[nodiscard]] std::string text(const Now& now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leash::http
