#pragma once

#include <chrono>
#include <string>

namespace leash::base {

/// Monotonic time: limits, deadlines and proofs are measured in it, so a set-back wall clock
/// changes nothing.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;
/// Wall time: only ever shown (created_at, finished_at, log lines).
using WallTime = std::chrono::system_clock::time_point;

/// The source of time. Injected, so that tests can turn it by hand. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  [[nodiscard]] virtual WallTime wall_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] WallTime wall_now() const override;
};

/// A clock that moves only when told to. One thread.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  [[nodiscard]] WallTime wall_now() const override { return wall_; }
  void advance(Duration by);

 private:
  TimePoint now_{};
  WallTime wall_{};
};

/// RFC 3339 in UTC with milliseconds: "2026-01-01T00:00:00.000Z".
[[nodiscard]] std::string format_wall_time(WallTime time);

/// Whole and fractional milliseconds, for people and JSON.
[[nodiscard]] constexpr double to_ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace leash::base
