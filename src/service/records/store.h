#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/records/sqlite.h"
#include "service/records/stored_run.h"
#include "sys/fd.h"

namespace leash::service::records {

/// Of the tables and of what codec.h puts into them. A program reads its own version; it refuses a
/// newer one and says so.
inline constexpr int kSchemaVersion = 1;

/// The records of runs in `records.db` of a folder. One thread at a time; it may change hands.
///
/// What was committed survives the death of this process at any moment: write-ahead log, not synced
/// at each commit, so that only a crash of the whole machine may take the last ones. The database
/// is locked: it has one owner.
class Store {
 public:
  /// `folder` is an open directory that this process may write in; `name` is its path, for texts.
  [[nodiscard]] static base::Result<std::unique_ptr<Store>> open(sys::UniqueFd folder,
                                                                 const std::string& name);

  /// All records, in order of creation, the output in their logs in `spill` (null: in memory). An
  /// error if any is damaged.
  [[nodiscard]] base::Result<std::vector<StoredRun>> load(
      const std::shared_ptr<run::SpillFile>& spill = nullptr);

  /// begin() … commit() is one transaction; without commit() nothing of it happens.
  [[nodiscard]] base::Result<void> begin();
  [[nodiscard]] base::Result<void> commit();
  void roll_back();
  /// Writes the record anew, in place of what there is under its number.
  [[nodiscard]] base::Result<void> put(const StoredRun& run);
  [[nodiscard]] base::Result<void> remove(std::uint64_t number);

  /// Moves the log into the database file if it has grown, `now` or only if it is large. Takes the
  /// time of the disk.
  enum class Urgency : std::uint8_t { kIdle, kBusy };
  [[nodiscard]] base::Result<void> tidy_up(Urgency urgency);

 private:
  Store(sys::UniqueFd folder, std::string name, Database database)
      : folder_(std::move(folder)), name_(std::move(name)), database_(std::move(database)) {}
  [[nodiscard]] base::Result<void> prepare();
  [[nodiscard]] base::Result<void> set_up();
  [[nodiscard]] base::Error refused(const base::Error& why) const;

  sys::UniqueFd folder_;
  std::string name_;
  Database database_;
  std::vector<Statement> statements_;  ///< By Sql, see store.cc.
};

}  // namespace leash::service::records
