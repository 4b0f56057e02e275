#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "service/service.h"

namespace leash::service {

/// All records, by tenant and id. A tenant sees its own and no others: a foreign id is an unknown
/// one. Confined to the loop.
class Registry {
 public:
  static constexpr std::size_t kMaxPage = 1000;

  /// Gives the record its number. Its tenant and run are set, and its id is new.
  void add(const RecordPtr& record);
  /// One that has its number from an earlier server; the next number is beyond it.
  void add_restored(const RecordPtr& record);
  /// Null if this tenant has no such run.
  [[nodiscard]] RecordPtr find(std::string_view tenant, std::string_view id) const;
  /// All of a tenant's, newest first.
  [[nodiscard]] std::vector<RecordPtr> all(std::string_view tenant) const;
  [[nodiscard]] bool contains(const Record& record) const;
  /// Harmless if it is not there.
  void remove(const Record& record);
  [[nodiscard]] std::size_t size() const { return size_; }

  /// A page of a tenant's records, newest first, of one state if asked for. `next` of the page,
  /// which is the id of its last record, is the `after` of the next one. A Problem if `limit` is
  /// not from 1 to kMaxPage, or if `after` is not one of the tenant's runs (any more).
  [[nodiscard]] Checked<Service::Page> list(std::string_view tenant,
                                            std::optional<run::State> state, std::size_t limit,
                                            std::optional<std::string_view> after) const;

 private:
  struct Shelf {
    std::map<std::string, RecordPtr, std::less<>> by_id;
    std::map<std::uint64_t, RecordPtr, std::greater<>> newest_first;
  };

  void put(const RecordPtr& record);

  std::map<std::string, Shelf, std::less<>> shelves_;
  std::uint64_t last_number_ = 0;
  std::size_t size_ = 0;
};

}  // namespace leash::service
