#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "runtimes/catalog.h"
#include "sandbox/spec.h"

namespace leash::spawner {

/// The commands of all languages as C strings, in the order of the catalog. Owns what its entries
/// point to; slots read it, so it lives as long as the spawner.
class ExecTable {
 public:
  explicit ExecTable(const runtimes::Catalog& catalog);
  ExecTable(const ExecTable&) = delete;
  ExecTable& operator=(const ExecTable&) = delete;
  ExecTable(ExecTable&&) = delete;
  ExecTable& operator=(ExecTable&&) = delete;
  ~ExecTable() = default;

  [[nodiscard]] const std::vector<sandbox::ExecEntry>& entries() const { return entries_; }

 private:
  const char* const* keep(const std::vector<std::string>& list);
  const sandbox::PrestartEntry* keep(const std::optional<runtimes::Prestart>& prestart,
                                     const runtimes::Descriptor& language);

  std::deque<std::string> texts_;  ///< A deque: its elements never move.
  std::deque<std::vector<const char*>> lists_;
  std::deque<sandbox::PrestartEntry> prestarts_;
  std::vector<sandbox::ExecEntry> entries_;
};

}  // namespace leash::spawner
