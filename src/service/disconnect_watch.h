#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <unordered_map>

#include "service/loop_calls.h"
#include "service/service.h"

namespace leash::service {

/// Ends runs that nobody wants any more: counts the readers attached to each run, and when the last
/// one goes away (not: was answered in full) a run with policy `stop` has its grace left, and then
/// ends with cause client_disconnected. Attaching again in time cancels the countdown. A run with
/// policy `stop` that nobody ever attaches to ends after a longer time, with cause expired.
/// Confined to the loop.
class DisconnectWatch {
 public:
  explicit DisconnectWatch(boost::asio::io_context& loop) : calls_(loop) {}

  /// It has no reader yet; the first one has so long to come.
  void expect(const RecordPtr& record, base::Millis at_most);
  void attach(const RecordPtr& record);
  /// A reader's client has gone.
  void leave(const RecordPtr& record);
  /// A reader has been given all it asked for.
  void release(const RecordPtr& record);
  /// The run has finished: nothing is counted down for it any more.
  void ended(const Record& record);

  /// Runs that will end if nobody attaches.
  [[nodiscard]] std::size_t counting_down() const { return countdowns_.size(); }

 private:
  void count_down(const RecordPtr& record, base::Millis time, run::Cause cause);

  std::unordered_map<const Record*, std::unique_ptr<boost::asio::steady_timer>> countdowns_;
  LoopCalls calls_;
};

}  // namespace leash::service
