#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "service/fake_executor.h"
#include "service/service.h"
#include "service/testing/run_ledger.h"

namespace leash::service {

/// For tests: one random history of a service, with everything that happens, and when, taken from a
/// seed: the same seed is the same history. The runs, the log and the service are the real ones;
/// clients, executor, kernel and time are played here. One thread.
class History {
 public:
  explicit History(std::uint64_t seed);
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;
  History(History&&) = delete;
  History& operator=(History&&) = delete;

  /// Plays it to the end. Empty if every rule held, else what did not.
  std::string play();
  /// What was done, a step a line.
  [[nodiscard]] const std::string& trace() const { return trace_; }
  [[nodiscard]] std::size_t runs() const { return ledgers_.size(); }

 private:
  struct Played;
  using Step = void (History::*)();

  // What clients do.
  void start();
  void stop();
  void stop_key();
  void remove();
  void leave();
  void read();
  // What the operator and the world do.
  void shut_down();
  void crash();
  void pass_time();
  void come_round();
  // What the executor does with one run.
  void drive();
  void drive_queued(run::Run& run);
  void drive_running(run::Run& run);
  void drive_stopping(run::Run& run);

  void one_step();
  void look_at_all();
  void wind_down();
  void settle();
  [[nodiscard]] std::size_t below(std::size_t bound);  ///< A random number, 0 to bound-1.
  [[nodiscard]] RunLedger* any_run();
  [[nodiscard]] std::string any_key();
  void say(const std::string& what);
  void require(bool holds, const std::string& rule);

  std::mt19937_64 random_;
  boost::asio::io_context loop_;
  base::SystemClock clock_;
  FakeExecutor executor_{loop_, clock_};
  std::unique_ptr<Service> service_;
  const Tenant tenant_{.name = "us"};
  std::vector<std::unique_ptr<RunLedger>> ledgers_;
  struct Attached {
    RunLedger* ledger;
    Service::Attachment attachment;
  };
  std::vector<Attached> attached_;
  std::set<run::Cause> may_store_;  ///< Causes that the step in progress may give to a run.
  int calls_owed_ = 0;              ///< Answers to remove() and shut_down() still to come.
  bool shutting_down_ = false;
  std::string trace_;
  std::string complaint_;
};

}  // namespace leash::service
