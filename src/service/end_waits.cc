#include "service/end_waits.h"

#include <utility>
#include <vector>

namespace leash::service {

void EndWaits::wait(const RecordPtr& record, std::optional<base::Millis> at_most, Call call) {
  auto wait = std::make_unique<Wait>(
      Wait{.record = record, .call = std::move(call), .timer = std::nullopt});
  if (at_most) {
    wait->timer.emplace(calls_.loop(), *at_most);
    calls_.when_due(*wait->timer, [this, record, key = wait.get()] { give_up(record, key); });
  }
  waits_.emplace(record.get(), std::move(wait));
}

void EndWaits::give_up(const RecordPtr& record, const Wait* wait) {
  // By search: ended() may have come when this call was already on its way.
  const auto [begin, end] = waits_.equal_range(record.get());
  for (auto place = begin; place != end; ++place) {
    if (place->second.get() != wait) continue;
    const auto taken = waits_.extract(place);
    taken.mapped()->call(false);
    return;
  }
}

void EndWaits::ended(const Record& record) {
  const auto [begin, end] = waits_.equal_range(&record);
  std::vector<std::unique_ptr<Wait>> taken;
  for (auto place = begin; place != end; ++place) taken.push_back(std::move(place->second));
  waits_.erase(begin, end);
  for (const auto& wait : taken) wait->call(true);
}

}  // namespace leash::service
