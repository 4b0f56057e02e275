#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/bench/bare_command.h"
#include "cli/bench/private_server.h"
#include "cli/bench/progress.h"
#include "cli/bench/report.h"
#include "cli/bench/server_calls.h"
#include "runtimes/catalog.h"

namespace leash::cli {

struct BenchOptions {
  unsigned seconds = 50;               ///< To measure for, in all; to start a server takes longer.
  std::vector<std::string> languages;  ///< Ids; empty: all that are available.
};

/// Measures a server beside bare commands: one and the other in turns, A B A B, so that both see
/// the machine in the same moods. Every answer is looked at; a run that fails, or a stop that does
/// not prove its end, ends it with an error.
///
/// On one loop, which the bare commands block: nothing else happens there. It owns nothing that
/// outlives it; a coroutine that is dropped leaves runs behind, which end with the server.
class Measurement {
 public:
  /// All must outlive it.
  Measurement(const BenchOptions& options, PrivateServer& server, const runtimes::Catalog& catalog,
              const Progress& progress)
      : options_(options), server_(server), catalog_(catalog), progress_(progress) {}

  [[nodiscard]] Reply<BenchReport> run();

 private:
  /// A language that is available here, and what is run of it.
  struct Subject {
    const Program* program;
    std::string version;
    std::string zygote;  ///< The name of its warmed interpreter's program; may be empty.
    std::optional<BareCommand> hello;
    std::optional<BareCommand> wait;
    bool warm = true;
  };

  [[nodiscard]] Reply<void> check_sandbox();
  [[nodiscard]] Reply<void> find_subjects();
  [[nodiscard]] base::Result<void> prepare_bare(Subject& subject);
  [[nodiscard]] Reply<void> wait_until_warm(Subject& subject);
  [[nodiscard]] Reply<void> measure_hello(const Subject& subject, base::Duration time);
  [[nodiscard]] Reply<void> measure_rate(const Subject& subject, base::Duration time);
  [[nodiscard]] Reply<void> measure_stop(const Subject& subject, base::Duration time);
  [[nodiscard]] Reply<void> measure_memory(const Subject& subject);
  /// What the server's processes hold, once no more of them come and go.
  [[nodiscard]] Reply<base::Bytes> settled_memory();

  const BenchOptions& options_;
  PrivateServer& server_;
  const runtimes::Catalog& catalog_;
  const Progress& progress_;
  ServerAddress address_;
  std::optional<Connection> connection_;
  std::vector<Subject> subjects_;
  BenchReport report_;
};

}  // namespace leash::cli
