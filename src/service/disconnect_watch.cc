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
  auto timer =
      std::make_unique<boost::asio::steady_timer>(calls_.loop(), record->policy.disconnect_grace);
  calls_.when_due(*timer, [this, record] {
    // An attach may have come when this call was already on its way.
    if (record->readers > 0 || countdowns_.erase(record.get()) == 0) return;
    record->run->cancel(run::Cause::kClientDisconnected);
  });
  countdowns_[record.get()] = std::move(timer);
}

void DisconnectWatch::ended(const Record& record) {
  countdowns_.erase(&record);
}

}  // namespace leash::service
