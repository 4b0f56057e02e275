#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "service/service.h"

namespace leash::service {

/// Which run holds a key of a tenant now. Confined to the loop, so that a replacement is one step:
/// nobody sees a key without its holder in between.
///
/// A run that ends releases its key. It is compared by identity and by number (the generation), and
/// not only by key, so that the end of an older run never removes the entry of the one that
/// replaced it.
class KeyTable {
 public:
  /// Makes `record`, which has a key, its holder. Returns the holder before it, or null.
  RecordPtr replace(const RecordPtr& record);
  /// True if `record` held its key and holds it no more. False, and nothing done, if another does.
  bool release(const Record& record);
  /// Null if there is none.
  [[nodiscard]] RecordPtr holder(std::string_view tenant, std::string_view key) const;
  [[nodiscard]] std::size_t size() const { return holders_.size(); }

 private:
  using Name = std::pair<std::string, std::string>;  ///< Tenant and key.
  struct Holder {
    RecordPtr record;
    std::uint64_t generation = 0;
  };
  std::map<Name, Holder> holders_;
};

}  // namespace leash::service
