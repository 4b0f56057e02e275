#include "service/disconnect_watch.h"

#include <cassert>
#include <utility>

namespace leash::service {

void DisconnectWatch::attach(const RecordPtr& record) {
  ++record->readers;
  countdowns_.erase(record.get());
}

void DisconnectWatch::release(const RecordPtr& record) {
  assert(record->readers > 0);
  --record->readers;
}

void DisconnectWatch::leave(const RecordPtr& record) {
  release(record);
  if (record->readers > 0 || record->policy.on_disconnect == OnDisconnect::kDetach ||
      record->run->finished()) {
    return;
  }
  if (record->policy.disconnect_grace == base::Millis(0)) {
    record->run->cancel(run::Cause::kClientDisconnected);
    return;
  }
  count_down(record, record->policy.disconnect_grace, run::Cause::kClientDisconnected);
}

void DisconnectWatch::expect(const RecordPtr& record, base::Millis at_most) {
  if (record->policy.on_disconnect == OnDisconnect::kDetach || record->run->finished()) return;
  count_down(record, at_most, run::Cause::kExpired);
}

void DisconnectWatch::count_down(const RecordPtr& record, base::Millis time, run::Cause cause) {
  auto timer = std::make_unique<boost::asio::steady_timer>(calls_.loop(), time);
  calls_.when_due(*timer, [this, record, cause] {
    // An attach may have come when this call was already on its way.
    if (record->readers > 0 || countdowns_.erase(record.get()) == 0) return;
    record->run->cancel(cause);
  });
  countdowns_[record.get()] = std::move(timer);
}

void DisconnectWatch::ended(const Record& record) {
  countdowns_.erase(&record);
}

}  // namespace leash::service
