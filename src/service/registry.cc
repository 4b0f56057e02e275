#include "service/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace leash::service {

void Registry::add(const RecordPtr& record) {
  record->number = ++last_number_;
  put(record);
}

void Registry::add_restored(const RecordPtr& record) {
  last_number_ = std::max(last_number_, record->number);
  put(record);
}

void Registry::put(const RecordPtr& record) {
  Shelf& shelf = shelves_[record->tenant];
  [[maybe_unused]] const bool is_new = shelf.by_id.emplace(record->run->id(), record).second;
  assert(is_new);
  shelf.newest_first.emplace(record->number, record);
  ++size_;
}

RecordPtr Registry::find(std::string_view tenant, std::string_view id) const {
  const auto shelf = shelves_.find(tenant);
  if (shelf == shelves_.end()) return nullptr;
  const auto place = shelf->second.by_id.find(id);
  return place == shelf->second.by_id.end() ? nullptr : place->second;
}

std::vector<RecordPtr> Registry::all(std::string_view tenant) const {
  std::vector<RecordPtr> records;
  const auto shelf = shelves_.find(tenant);
  if (shelf == shelves_.end()) return records;
  for (const auto& [number, record] : shelf->second.newest_first) records.push_back(record);
  return records;
}

bool Registry::contains(const Record& record) const {
  return find(record.tenant, record.run->id()).get() == &record;
}

void Registry::remove(const Record& record) {
  if (!contains(record)) return;
  const auto shelf = shelves_.find(record.tenant);
  const RecordPtr keep_alive = find(record.tenant, record.run->id());
  shelf->second.by_id.erase(record.run->id());
  shelf->second.newest_first.erase(record.number);
  --size_;
  keep_alive->forgotten = true;
  if (shelf->second.by_id.empty()) shelves_.erase(shelf);
}

Checked<Service::Page> Registry::list(std::string_view tenant, std::optional<run::State> state,
                                      std::size_t limit,
                                      std::optional<std::string_view> after) const {
  if (limit < 1 || limit > kMaxPage) {
    return Problem{.code = ProblemCode::kInvalidValue,
                   .detail = fmt::format("limit must be from 1 to {}", kMaxPage),
                   .field = "limit"};
  }
  RecordPtr cursor;
  if (after) {
    cursor = find(tenant, *after);
    if (!cursor) {
      return Problem{.code = ProblemCode::kInvalidValue,
                     .detail = "after is not one of your runs (any more); start the list again",
                     .field = "after"};
    }
  }
  Service::Page page;
  const auto shelf = shelves_.find(tenant);
  if (shelf == shelves_.end()) return page;
  const auto& records = shelf->second.newest_first;
  auto place = cursor ? records.upper_bound(cursor->number) : records.begin();
  for (; place != records.end(); ++place) {
    if (state && place->second->run->state() != *state) continue;
    if (page.records.size() == limit) {
      page.next = page.records.back()->run->id();
      break;
    }
    page.records.push_back(place->second);
  }
  return page;
}

}  // namespace leash::service
