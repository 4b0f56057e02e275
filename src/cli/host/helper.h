#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "base/result.h"
#include "cli/host/resources.h"
#include "cli/host/temporary_folder.h"
#include "run/local_executor.h"
#include "runtimes/catalog.h"

namespace leash::cli {

/// An executor for one command, without a server: a spawner of its own in a temporary state folder.
/// The destructor ends everything and removes the folder.
class Helper {
 public:
  /// Starts it; takes up to a few seconds. `loop`: the executor's owner loop, null for a thread of
  /// its own.
  [[nodiscard]] static base::Result<std::unique_ptr<Helper>> start(
      boost::asio::io_context* loop, std::function<void()> on_spawner_lost);

  [[nodiscard]] run::LocalExecutor& executor() { return *executor_; }
  [[nodiscard]] const std::shared_ptr<const runtimes::Catalog>& catalog() const { return catalog_; }
  /// Ends it now; what could not be cleaned up.
  [[nodiscard]] std::vector<base::Error> stop() { return executor_->stop(); }

 private:
  explicit Helper(TemporaryFolder state) : state_(std::move(state)) {}

  TemporaryFolder state_;
  std::shared_ptr<const runtimes::Catalog> catalog_;
  std::unique_ptr<run::LocalExecutor> executor_;
};

}  // namespace leash::cli
