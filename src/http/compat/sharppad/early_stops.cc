#include "http/compat/sharppad/early_stops.h"

#include <algorithm>

namespace leash::http {

void EarlyStops::missed(std::string_view tenant, std::string_view id, base::TimePoint now) {
  Id key{tenant, id};
  if (seen_.contains(key)) return;
  stops_.push_back({.id = std::move(key), .at = now});
  if (stops_.size() > kMost) stops_.pop_front();
}

bool EarlyStops::begins(std::string_view tenant, std::string_view id, base::TimePoint now) {
  Id key{tenant, id};
  while (!stops_.empty() && now - stops_.front().at > kAhead) stops_.pop_front();
  const bool stopped = std::erase_if(stops_, [&](const Stop& stop) { return stop.id == key; }) > 0;
  if (seen_.insert(key).second) {
    seen_order_.push_back(std::move(key));
    if (seen_order_.size() > kMost) {
      seen_.erase(seen_order_.front());
      seen_order_.pop_front();
    }
  }
  return stopped;
}

}  // namespace leash::http
