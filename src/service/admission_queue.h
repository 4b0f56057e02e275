#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "async/cancel.h"
#include "base/clock.h"
#include "run/run.h"
#include "service/loop_calls.h"
#include "service/tenant.h"

namespace leash::service {

/// The line in front of the executor: first in, first out, with so many places to run and so many
/// to wait, in all and for each tenant: who stands in front but has all the places that are its own
/// lets others pass. While a run waits, the queue is its driver: it ends a run that is cancelled,
/// or that has waited too long (cause queue_limit), at once, and nothing of it was executed.
///
/// A place is taken when a run is launched and given back by ended(), so after the kernel has said
/// that its processes are gone: a run that cannot be killed keeps its place. Confined to the loop.
/// The destructor ends what waits (cause shutdown); what runs is the executor's.
class AdmissionQueue {
 public:
  struct Bounds {
    std::size_t max_running = 1;
    std::size_t max_queued = 0;
    base::Millis queue_wait{60'000};
  };
  /// `launch` hands a run to the executor; it may finish it before it returns.
  AdmissionQueue(Bounds bounds, boost::asio::io_context& loop, const base::Clock& clock,
                 std::function<void(const run::RunPtr&)> launch);
  ~AdmissionQueue();
  AdmissionQueue(const AdmissionQueue&) = delete;
  AdmissionQueue& operator=(const AdmissionQueue&) = delete;
  AdmissionQueue(AdmissionQueue&&) = delete;
  AdmissionQueue& operator=(AdmissionQueue&&) = delete;

  enum class Room : std::uint8_t { kYes, kFull, kTenantFull };
  /// Whether a run of this tenant may be admitted now. A run that replaces an admitted one takes
  /// its room, so that it always has some: the line is then longer by at most max_running.
  [[nodiscard]] Room room_for(const Tenant& tenant, const run::Run* replaced = nullptr) const;
  /// True if a run of this tenant would not have to wait.
  [[nodiscard]] bool starts_at_once(const Tenant& tenant) const;
  /// How long it may take until there is room, as far as can be told: for Retry-After.
  [[nodiscard]] base::Millis retry_after() const;

  /// Appends the run's `queued` event, with its place in the line (0 = it starts now), and starts
  /// it or lets it wait.
  void admit(const run::RunPtr& run, const Tenant& tenant);
  /// To be called once for each admitted run that has finished. Starts the next.
  void ended(const run::Run& run);
  /// Ends the run now if it stands in line and was cancelled. This happens by itself a moment after
  /// the cancellation; whoever has just cancelled a run need not wait for the moment.
  void drop_cancelled(const run::Run& run);
  /// Ends all admitted runs for this reason.
  void cancel_all(run::Cause cause);

  [[nodiscard]] std::size_t running() const { return running_.size(); }
  [[nodiscard]] std::size_t queued() const { return waiting_.size(); }

 private:
  struct Waiting {
    run::RunPtr run;
    Tenant tenant;
    base::TimePoint deadline;
    std::unique_ptr<async::CancelCallback> on_cancel;
  };
  using Line = std::list<Waiting>;
  struct Running {
    run::RunPtr run;
    std::string tenant;
  };
  /// What a tenant has of both; forgotten when it has nothing.
  struct Share {
    std::size_t running = 0;
    std::size_t waiting = 0;
  };

  [[nodiscard]] Share share_of(const std::string& tenant) const;
  [[nodiscard]] bool may_run(const Tenant& tenant) const;
  void change_share(const std::string& tenant, std::size_t Share::*part, int by);
  /// Takes it out of the line.
  run::RunPtr leave_line(Line::iterator place);
  void launch(const run::RunPtr& run, const std::string& tenant);
  void launch_next();
  void finish_unstarted(Line::iterator place);
  void arm_deadline();
  void expire();

  const Bounds bounds_;
  const base::Clock& clock_;
  const std::function<void(const run::RunPtr&)> launch_;
  std::unordered_map<const run::Run*, Running> running_;
  std::map<std::string, Share, std::less<>> shares_;
  Line waiting_;  ///< In order of arrival, which is also that of the deadlines.
  std::unordered_map<const run::Run*, Line::iterator> places_;
  boost::asio::steady_timer deadline_;
  bool armed_ = false;
  LoopCalls calls_;
};

}  // namespace leash::service
