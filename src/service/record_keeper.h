#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "service/loop_calls.h"
#include "service/records/writer.h"
#include "service/service.h"

namespace leash::service {

/// Has the records of runs written down, and knows what an earlier server had written. Without a
/// store it does nothing, at once. Confined to the loop, but for what at_end() gives.
class RecordKeeper {
 public:
  RecordKeeper(boost::asio::io_context& loop, const base::Clock& clock)
      : clock_(clock), calls_(loop) {}

  /// Takes the store over and gives what is in it, in order of creation, without what is older than
  /// `keep`. What was live there when its server died has now ended: server_lost, written down as
  /// such before this returns, so that it is said once. The logs' output goes to `spill`, as in
  /// Store::load().
  [[nodiscard]] base::Result<std::vector<records::StoredRun>> open(
      std::unique_ptr<records::Store> store, base::Millis keep, records::Writer::Failed failed,
      const std::shared_ptr<run::SpillFile>& spill = nullptr);

  /// A run was admitted: to wait in line, where it has its place already. Sets `recorded` when it
  /// is written.
  void waits(const RecordPtr& record);
  /// The same for one that is about to run, in this version of its language.
  void started(const RecordPtr& record, const std::string& version);
  /// It does not wait any more.
  void launched(const RecordPtr& record, const std::string& version);
  /// For the run of this record: writes its end before anybody sees it.
  [[nodiscard]] decltype(run::Run::Options::keep_end) at_end(const RecordPtr& record) const;
  /// It is forgotten; `done` when it is so for good.
  void removed(const Record& record, std::function<void()> done);

  /// Whether what is written now gets lost: the disk is full, say.
  [[nodiscard]] bool failing() const { return *failing_; }

  /// Calls when it is `recorded`, at once if it is.
  void when_recorded(const RecordPtr& record, std::function<void()> call);

 private:
  void admitted(const RecordPtr& record, run::Phase phase, const std::string& version);

  const base::Clock& clock_;
  std::shared_ptr<bool> failing_ = std::make_shared<bool>(false);
  std::shared_ptr<records::Writer> writer_;
  std::unordered_multimap<const Record*, std::function<void()>> waits_;
  LoopCalls calls_;
};

/// The record of a finished run that was written down. Pure.
[[nodiscard]] RecordPtr make_record(records::StoredRun stored, run::EventLog::Bounds bounds,
                                    const base::Clock& clock);

/// What becomes of a run whose server died. Of its events only the first is known; the last one's
/// seq is beyond any that a reader can have seen, for one that was in line as well: it may have
/// been stopped or launched just before, and told so. Pure.
[[nodiscard]] records::StoredRun make_lost(records::StoredRun live, base::WallTime now);

}  // namespace leash::service
