#include "http/stop_call.h"

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace leash::http {
namespace {

/// Stops that miss: so many at once, then so many a second, for each tenant.
constexpr double kMissBurst = 100;
constexpr double kMissesPerSecond = 20;

}  // namespace

bool may_miss_a_stop(App& app, const service::Tenant& tenant) {
  const auto [limit, made] =
      app.missed_stops.try_emplace(tenant.name, kMissBurst, kMissesPerSecond);
  return limit->second.take(std::chrono::steady_clock::now());
}

Task<std::optional<service::StopAnswer>> await_stop(App& app, Exchange& exchange,
                                                    service::RecordPtr record, base::Millis grace) {
  Connection& connection = exchange.connection();
  auto answer = std::make_shared<std::optional<service::StopAnswer>>();
  std::function<void()> wake = connection.signal().waker();
  std::function<void(service::StopAnswer)> done = [answer, wake](service::StopAnswer given) {
    *answer = std::move(given);
    wake();
  };
  app.service.stop(record, grace, std::move(done));
  connection.owe_answer(true);
  while (!answer->has_value() && !connection.is_gone()) {
    const bool woken = co_await connection.signal().wait_until(base::TimePoint::max());
    static_cast<void>(woken);
  }
  connection.owe_answer(false);
  co_return std::move(*answer);
}

}  // namespace leash::http
