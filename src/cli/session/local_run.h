#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "cli/session/run_source.h"
#include "run/executor.h"
#include "service/service.h"

namespace leash::cli {

/// A run in this process, by an executor with a loop of its own. Its destructor stops the run, but
/// does not wait for its end.
class LocalRun final : public RunSource {
 public:
  /// `body`: that of POST /v1/runs, checked here as a server would.
  [[nodiscard]] static base::Result<std::unique_ptr<LocalRun>> start(
      boost::asio::io_context& loop, run::Executor& executor, const runtimes::Catalog& catalog,
      std::string_view body);
  ~LocalRun() override;
  LocalRun(const LocalRun&) = delete;
  LocalRun& operator=(const LocalRun&) = delete;
  LocalRun(LocalRun&&) = delete;
  LocalRun& operator=(LocalRun&&) = delete;

  [[nodiscard]] boost::asio::awaitable<base::Result<run::EventPtr>> next() override;
  [[nodiscard]] boost::asio::awaitable<base::Result<Fed>> feed(std::string bytes) override;
  [[nodiscard]] boost::asio::awaitable<base::Result<void>> end_input() override;
  [[nodiscard]] boost::asio::awaitable<base::Result<void>> stop() override;
  [[nodiscard]] boost::asio::awaitable<base::Result<std::string>> run_object() override;

 private:
  LocalRun(boost::asio::io_context& loop, run::RunHandle handle, service::RunPolicy policy);

  run::RunHandle handle_;
  service::RunPolicy policy_;
  std::shared_ptr<boost::asio::steady_timer> news_;  ///< Cancelled when there may be news.
  std::unique_ptr<run::EventLog::Reader> reader_;
};

}  // namespace leash::cli
