#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <unordered_map>

#include "base/clock.h"
#include "base/units.h"
#include "service/loop_calls.h"
#include "service/service.h"

namespace leash::service {

/// Decides when finished records are forgotten: when they are older than so long, or, oldest first,
/// when all together are larger than so much. The newest is never forgotten for its size alone, so
/// that whoever waits for it can read it.
///
/// It sweeps when the oldest record is due, not by a tick. Live runs are none of its business.
/// Confined to the loop.
class Retention {
 public:
  struct Bounds {
    base::Millis time{3'600'000};
    base::Bytes total = base::gib(1);
  };
  /// `forget` is called for each record whose time has come, after it has left this list.
  Retention(Bounds bounds, boost::asio::io_context& loop, const base::Clock& clock,
            std::function<void(const RecordPtr&)> forget);

  /// Takes a record that has finished just now, or so long ago; those that are here are older.
  void add(const RecordPtr& record, base::Bytes size, base::Millis age = base::Millis(0));
  /// It was forgotten for another reason. Harmless if it is not here.
  void remove(const Record& record);
  /// Forgets what is due. Also called by its own timer.
  void sweep();

  [[nodiscard]] base::Bytes total() const { return total_; }

 private:
  struct Kept {
    RecordPtr record;
    base::Bytes size;
    base::TimePoint until;
  };
  using List = std::list<Kept>;

  RecordPtr take(List::iterator place);
  void arm();

  const Bounds bounds_;
  const base::Clock& clock_;
  const std::function<void(const RecordPtr&)> forget_;
  List oldest_first_;
  std::unordered_map<const Record*, List::iterator> places_;
  base::Bytes total_;
  boost::asio::steady_timer timer_;
  bool armed_ = false;
  LoopCalls calls_;
};

/// About how much memory, or room in the spill file, a finished run's record holds: its kept
/// events, its files, and a fixed sum.
[[nodiscard]] base::Bytes retained_size(const run::Run& run, const run::EventLog::Bounds& bounds);

}  // namespace leash::service
