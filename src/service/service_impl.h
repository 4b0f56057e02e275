#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "service/admission_queue.h"
#include "service/disconnect_watch.h"
#include "service/end_waits.h"
#include "service/key_table.h"
#include "service/language_probes.h"
#include "service/loop_calls.h"
#include "service/mark_table.h"
#include "service/record_keeper.h"
#include "service/registry.h"
#include "service/retention.h"
#include "service/service.h"
#include "service/shutdown.h"

namespace leash::service {

/// What Service is made of, and how its parts work together: who is told, in which order, that a
/// run begins and that it has ended. The parts do not know one another.
class Service::Impl {
 public:
  Impl(Options options, boost::asio::io_context& loop, run::Executor& executor,
       std::shared_ptr<const runtimes::Catalog> catalog, const base::Clock& clock);

  base::Result<void> keep_records(std::unique_ptr<records::Store> store,
                                  records::Writer::Failed failed,
                                  std::shared_ptr<run::SpillFile> spill);
  Checked<RecordPtr> start(const Tenant& tenant, RunRequest request, AnswerMode mode,
                           std::optional<RequestMark> mark);
  RecordPtr find_by_key(const Tenant& tenant, std::string_view key) const;
  void stop(const RecordPtr& record, base::Millis grace, std::function<void(StopAnswer)> done);
  void remove(const RecordPtr& record, std::function<void()> done);
  void end_tenant(const Tenant& tenant);
  void delivered(const RecordPtr& record);
  /// Cancels whatever is not finished.
  void end_all(run::Cause cause);
  bool ready() const;

  const Options options_;
  run::Executor& executor_;
  const std::shared_ptr<const runtimes::Catalog> catalog_;
  const base::Clock& clock_;
  RecordKeeper keeper_;  ///< Before whatever ends runs in its destructor.
  Registry registry_;
  KeyTable keys_;
  MarkTable marks_;
  AdmissionQueue queue_;
  Retention retention_;
  DisconnectWatch disconnects_;
  EndWaits ends_;
  LanguageProbes probes_;
  Shutdown shutdown_;
  std::vector<std::function<void(const Record&)>> finished_calls_;

 private:
  std::optional<Problem> why_closed() const;
  std::optional<Problem> why_not_offered(const std::string& language) const;
  std::optional<Problem> why_no_room(const Tenant& tenant, const RecordPtr& older) const;
  void launch_probe(const run::RunPtr& run);
  RecordPtr add_record(const Tenant& tenant, CheckedRequest request,
                       std::optional<RequestMark> mark);
  void restore(records::StoredRun stored);
  void take_key(const RecordPtr& record);
  void ended(const RecordPtr& record);
  void launch(const run::RunPtr& run);
  void admit(const RecordPtr& record, const Tenant& tenant);
  std::string version_of(const Record& record) const;
  void forget(const Record& record, std::function<void()> done = nullptr);

  std::shared_ptr<run::SpillFile> spill_;  ///< Of the runs' logs; may be null.
  /// Those that wait in line: what is written of them changes when they leave it.
  std::unordered_map<const run::Run*, RecordPtr> in_line_;

  LoopCalls calls_;  ///< The last member: first to go, and with it all calls to come.
};

}  // namespace leash::service
