#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/admission_queue.h"
#include "service/disconnect_watch.h"
#include "service/end_waits.h"
#include "service/key_table.h"
#include "service/language_probes.h"
#include "service/loop_calls.h"
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

  Checked<RecordPtr> start(const Tenant& tenant, RunRequest request, AnswerMode mode);
  RecordPtr find_by_key(const Tenant& tenant, std::string_view key) const;
  void stop(const RecordPtr& record, base::Millis grace, std::function<void(StopAnswer)> done);
  void remove(const RecordPtr& record, std::function<void()> done);
  void end_tenant(const Tenant& tenant);
  void delivered(const RecordPtr& record);
  /// Cancels whatever is not finished.
  void end_all();
  bool ready() const;

  const Options options_;
  run::Executor& executor_;
  const std::shared_ptr<const runtimes::Catalog> catalog_;
  const base::Clock& clock_;
  Registry registry_;
  KeyTable keys_;
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
  RecordPtr add_record(const Tenant& tenant, CheckedRequest request);
  void take_key(const RecordPtr& record);
  void ended(const RecordPtr& record);
  void forget(const Record& record);

  LoopCalls calls_;  ///< The last member: first to go, and with it all calls to come.
};

}  // namespace leash::service
