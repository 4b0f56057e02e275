#include "service/key_table.h"

#include <cassert>

namespace leash::service {

RecordPtr KeyTable::replace(const RecordPtr& record) {
  assert(record->policy.key);
  Holder& holder = holders_[{record->tenant, *record->policy.key}];
  assert(holder.generation < record->number);
  RecordPtr older = std::move(holder.record);
  holder = {.record = record, .generation = record->number};
  return older;
}

bool KeyTable::release(const Record& record) {
  if (!record.policy.key) return false;
  const auto place = holders_.find({record.tenant, *record.policy.key});
  if (place == holders_.end()) return false;
  const Holder& holder = place->second;
  if (holder.record.get() != &record || holder.generation != record.number) return false;
  holders_.erase(place);
  return true;
}

RecordPtr KeyTable::holder(std::string_view tenant, std::string_view key) const {
  const auto place = holders_.find({std::string(tenant), std::string(key)});
  return place == holders_.end() ? nullptr : place->second.record;
}

}  // namespace leash::service
