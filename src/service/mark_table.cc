#include "service/mark_table.h"

#include <algorithm>

namespace leash::service {

Checked<RecordPtr> MarkTable::find(const std::string& tenant, const RequestMark& mark) {
  static constexpr const char* kField = "Idempotency-Key";
  sweep();
  const auto entry = entries_.find({tenant, mark.key});
  if (entry == entries_.end()) {
    const auto count = counts_.find(tenant);
    if (count == counts_.end() || count->second < kMaxPerTenant) return RecordPtr();
    return Problem{.code = ProblemCode::kTooMany,
                   .detail = "too many Idempotency-Keys in the last ten minutes",
                   .field = kField,
                   .retry_after_s = 60};
  }
  if (entry->second.mark.body != mark.body) {
    return Problem{.code = ProblemCode::kInvalidValue,
                   .detail = "this key was used with another body in the last ten minutes",
                   .field = kField};
  }
  RecordPtr record = entry->second.record.lock();
  if (!record || record->forgotten) {
    return Problem{.code = ProblemCode::kConflict,
                   .detail = "the run of this key was started and is forgotten",
                   .field = kField};
  }
  return record;
}

void MarkTable::add(const RecordPtr& record, base::Millis age) {
  if (age >= kTime) return;
  const Name name{record->tenant, record->mark->key};
  const bool is_new =
      entries_
          .insert_or_assign(
              name, Entry{.mark = *record->mark, .record = record, .number = record->number})
          .second;
  if (is_new) ++counts_[record->tenant];
  oldest_first_.push_back(
      {.when = clock_.now() + kTime - age, .name = name, .number = record->number});
}

void MarkTable::sweep() {
  while (!oldest_first_.empty() && oldest_first_.front().when <= clock_.now()) {
    const Due due = std::move(oldest_first_.front());
    oldest_first_.pop_front();
    const auto entry = entries_.find(due.name);
    if (entry == entries_.end() || entry->second.number != due.number) continue;
    entries_.erase(entry);
    const auto count = counts_.find(due.name.first);
    if (--count->second == 0) counts_.erase(count);
  }
}

}  // namespace leash::service
