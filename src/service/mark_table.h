#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "service/service.h"

namespace leash::service {

/// Which run a tenant's Idempotency-Key stands for: for ten minutes the same request gives the same
/// run. Entries whose time is over go when the table is next used; each tenant has a bounded
/// number. Confined to the loop.
class MarkTable {
 public:
  static constexpr base::Millis kTime = std::chrono::minutes(10);
  static constexpr std::size_t kMaxPerTenant = 10'000;

  explicit MarkTable(const base::Clock& clock) : clock_(clock) {}

  /// The run of the request that had this mark, or null if there was none. A Problem if that
  /// request had another body, if its run is forgotten, or if the tenant has too many marks for a
  /// new one.
  [[nodiscard]] Checked<RecordPtr> find(const std::string& tenant, const RequestMark& mark);
  /// Takes a record that has a mark; `age`: how long ago its request came.
  void add(const RecordPtr& record, base::Millis age = base::Millis(0));

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  using Name = std::pair<std::string, std::string>;  ///< Tenant and key.
  struct Entry {
    RequestMark mark;
    std::weak_ptr<Record> record;  ///< Not kept alive: a record goes when its time is over.
    std::uint64_t number = 0;
  };
  struct Due {
    base::TimePoint when;
    Name name;
    std::uint64_t number = 0;
  };
  void sweep();

  const base::Clock& clock_;
  std::map<Name, Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> counts_;  ///< By tenant.
  std::deque<Due> oldest_first_;
};

}  // namespace leash::service
