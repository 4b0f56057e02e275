#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/units.h"
#include "service/loop_calls.h"
#include "service/service.h"

namespace leash::service {

/// Those who wait for the end of a run, for ever or at most so long. A wait that is over leaves
/// nothing behind, so that asking again and again for a run that does not end costs no memory.
/// Confined to the loop; calls are made on it, and never from inside wait().
class EndWaits {
 public:
  using Call = std::function<void(bool ended)>;

  explicit EndWaits(boost::asio::io_context& loop) : calls_(loop) {}

  /// `call` is made once: with true by ended(), or with false when `at_most` is over. The run must
  /// not have been reported to ended() yet.
  void wait(const RecordPtr& record, std::optional<base::Millis> at_most, Call call);
  /// The run has finished.
  void ended(const Record& record);

  [[nodiscard]] std::size_t size() const { return waits_.size(); }

 private:
  struct Wait {
    RecordPtr record;  ///< Keeps the key of the map from being used again.
    Call call;
    std::optional<boost::asio::steady_timer> timer;
  };
  void give_up(const RecordPtr& record, const Wait* wait);

  std::unordered_multimap<const Record*, std::unique_ptr<Wait>> waits_;
  LoopCalls calls_;
};

}  // namespace leash::service
