#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "run/executor.h"
#include "run/run.h"
#include "runtimes/catalog.h"
#include "service/language_status.h"
#include "service/records/writer.h"
#include "service/run_request.h"
#include "service/tenant.h"

namespace leash::service {

/// A run with what the service knows of it: whose it is, under which key, how its answer is to
/// look. Shared by the registry and by those who answer for it; confined to the service's loop.
struct Record {
  run::RunPtr run;
  std::string tenant;
  RunPolicy policy;
  std::optional<RequestMark> mark;  ///< Of the request, if it had an Idempotency-Key.
  std::uint64_t number = 0;         ///< Ascending in order of creation.
  int readers = 0;                  ///< Attached readers, see Attachment.
  bool delivered = false;           ///< keep:false and its end was given out once.
  bool forgotten = false;           ///< It is in no list any more.
  bool recorded = false;  ///< It is known to a server that comes after a crash of this one.
};
using RecordPtr = std::shared_ptr<Record>;

/// The answer to a stop.
struct StopAnswer {
  bool stopped = false;  ///< The run was unfinished when the stop came, and its cause is `stop`.
  run::RunSnapshot snapshot;
  base::Micros signal{0};  ///< From receipt of this request to the kill.
  base::Micros empty{0};   ///< From receipt to the empty set.
  bool is_empty = false;
  std::uint64_t processes_killed = 0;
  std::uint64_t remaining = 0;
};

/// Admission, queue, keys, retention and shutdown: everything between HTTP and the executor.
///
/// Confined to one loop (`loop`), on which all functions are called and all callbacks made. It
/// drives runs while they wait, and hands them to the executor when a place is free.
class Service {
  class Impl;

 public:
  struct Options {
    std::size_t max_running = 0;  ///< 0: from memory and cores (default_max_running(), capacity.h).
    std::size_t max_queued = 1024;
    base::Millis queue_wait{60'000};
    base::Millis stop_confirm{3'000};
    base::Millis slow_client{30'000};
    base::Millis drain{10'000};
    base::Millis retain_time{3'600'000};
    base::Bytes retain_total = base::gib(1);
    base::Millis abandoned{
        300'000};  ///< For the first reader of a run that ends with its last one.
    run::EventLog::Bounds log_bounds;
    Maxima maxima;
  };
  Service(Options options, boost::asio::io_context& loop, run::Executor& executor,
          std::shared_ptr<const runtimes::Catalog> catalog, const base::Clock& clock);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  Service(Service&&) = delete;
  Service& operator=(Service&&) = delete;

  /// Keeps records there from now on, and takes up those that are there: finished ones whose time
  /// is not over, and those that were live when their server died, which end here (server_lost). To
  /// be called before the first start(). A run's end is then seen by nobody before it is written.
  /// `failed` is told when writing stops working, and with nothing when it works again. What runs
  /// keep of their output is in `spill` from now on; null: in memory.
  [[nodiscard]] base::Result<void> keep_records(std::unique_ptr<records::Store> store,
                                                records::Writer::Failed failed,
                                                std::shared_ptr<run::SpillFile> spill = nullptr);
  /// Calls when the record is written for the first time (`recorded`); at once if it is. An answer
  /// that names the run waits for this.
  void when_recorded(const RecordPtr& record, std::function<void()> call);

  /// Finds each language's version and runs its self-test; `ready` is called when all are done.
  void probe_languages(std::function<void()> ready);
  [[nodiscard]] const std::vector<LanguageStatus>& languages() const;

  /// Checks the request and queues or starts a run. An older run with the same key is replaced.
  /// With a mark that the tenant has used before it gives the run of that time, whatever the mode,
  /// or a Problem: another body (422), or that run is forgotten (409).
  [[nodiscard]] Checked<RecordPtr> start(const Tenant& tenant, RunRequest request, AnswerMode mode,
                                         std::optional<RequestMark> mark = std::nullopt);

  /// Whether start() with this mark gives a run that was started before.
  [[nodiscard]] bool knows(const Tenant& tenant, const RequestMark& mark);

  /// Null for an id that does not exist, is malformed, or belongs to somebody else.
  [[nodiscard]] RecordPtr find(const Tenant& tenant, std::string_view id) const;
  /// The run that holds this key now; null if it has finished or there is none.
  [[nodiscard]] RecordPtr find_by_key(const Tenant& tenant, std::string_view key) const;
  struct Page {
    std::vector<RecordPtr> records;  ///< Newest first.
    std::optional<std::string> next;
  };
  [[nodiscard]] Checked<Page> list(const Tenant& tenant, std::optional<run::State> state,
                                   std::size_t limit, std::optional<std::string_view> after) const;

  /// Stops the run; `done` is called once, when the set is empty or stop_confirm has passed.
  void stop(const RecordPtr& record, base::Millis grace, std::function<void(StopAnswer)> done);
  /// Stops it if need be and forgets it; `done` is called once when it is gone.
  void remove(const RecordPtr& record, std::function<void()> done);
  /// The tenant's token is gone: ends its live runs (cause stop). What has finished stays until its
  /// time is over.
  void end_tenant(const Tenant& tenant);
  /// To be called when the end of a keep:false run was given out: forgets it.
  void delivered(const RecordPtr& record);

  /// A reader that counts for on_disconnect: while it exists the run is wanted. When the last one
  /// goes before the run's end, a run with policy `stop` ends after its grace. A reader that was
  /// answered in full calls release() instead, which ends nothing.
  class Attachment {
   public:
    Attachment() = default;
    Attachment(Service& service, RecordPtr record);
    ~Attachment() { leave(); }
    Attachment(Attachment&& other) noexcept;
    Attachment& operator=(Attachment&& other) noexcept;
    void leave();    ///< The client has gone.
    void release();  ///< The answer is complete.

   private:
    std::weak_ptr<Impl> service_;  ///< One that outlives the service does nothing.
    RecordPtr record_;
  };
  [[nodiscard]] Attachment attach(const RecordPtr& record);

  /// Refuses new runs, waits `drain` for the live ones, then ends them (cause shutdown); `done`
  /// when none is left. A second call ends them at once.
  void shut_down(std::function<void()> done);
  /// The executor is lost and runs nothing more: what waits for it ends, too (cause server_lost).
  void executor_lost();
  [[nodiscard]] bool draining() const;
  /// Self-tests done, sandbox complete, not draining.
  [[nodiscard]] bool ready() const;

  [[nodiscard]] run::Capabilities capabilities() const;
  [[nodiscard]] const Options& options() const;

  /// Figures for /metrics.
  struct Figures {
    std::size_t running = 0;
    std::size_t queued = 0;
    std::size_t records = 0;
    run::CompileCacheFigures compile_cache;
  };
  [[nodiscard]] Figures figures() const;
  /// `call` is made for each run that finished.
  void on_run_finished(std::function<void(const Record&)> call);

 private:
  std::shared_ptr<Impl> impl_;  ///< Shared only with Attachments, which do not keep it alive.
};

}  // namespace leash::service
