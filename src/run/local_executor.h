#pragma once

#include <memory>
#include <string>
#include <vector>

#include "run/executor.h"
#include "runtimes/catalog.h"
#include "sys/fd.h"

namespace boost::asio {
class io_context;
}

namespace leash::run {

/// Runs code in slots that a spawner on this machine makes.
///
/// The spawner is either one that was already started (the server's parent, at the other end of
/// `spawner_socket`), or `spawner_program` is started as a child of this process.
class LocalExecutor final : public Executor {
 public:
  struct Options {
    /// The owner loop, run by the caller. Null: the executor runs a loop in a thread of its own.
    boost::asio::io_context* loop = nullptr;
    sys::UniqueFd spawner_socket;
    std::string spawner_program;  ///< Used if there is no socket.
    std::string state_dir;        ///< For a spawner started here: names its instance.
    std::shared_ptr<const runtimes::Catalog> catalog;
    /// The version of a language, for `started` events. Called on the owner loop; may be empty.
    std::function<std::string(const std::string& language)> version;
    const base::Clock* clock = nullptr;  ///< Null: the system's.
    /// How much memory compiled programs may take that are kept to be run again. 0: none are.
    base::Bytes compile_cache = base::mib(256);
    /// Called on the owner loop if the spawner is lost. All runs have then been ended.
    std::function<void()> on_spawner_lost;
  };
  /// Options for what an installed tree has in its `resources` (lib/leash): spawner and languages.
  [[nodiscard]] static base::Result<Options> installed(const std::string& resources,
                                                       std::string state_dir);
  explicit LocalExecutor(Options options);
  ~LocalExecutor() override;
  LocalExecutor(const LocalExecutor&) = delete;
  LocalExecutor& operator=(const LocalExecutor&) = delete;
  LocalExecutor(LocalExecutor&&) = delete;
  LocalExecutor& operator=(LocalExecutor&&) = delete;

  [[nodiscard]] base::Result<void> start() override;
  [[nodiscard]] std::vector<base::Error> stop() override;
  [[nodiscard]] Capabilities capabilities() const override;
  [[nodiscard]] CompileCacheFigures compile_cache() const override;
  void launch(RunPtr run) override;

 protected:
  [[nodiscard]] const base::Clock& clock() const override;
  void post(std::function<void()> work) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leash::run
