#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "run/run.h"
#include "runtimes/catalog.h"
#include "service/language_status.h"
#include "service/loop_calls.h"
#include "service/run_request.h"
#include "service/selftest_verdict.h"

namespace leash::service {

/// Finds out which languages work on this machine, and in which version: for each of the catalog it
/// runs the version command and then the self-test, in the same sandbox as any other run, two
/// languages at a time. Confined to the loop.
class LanguageProbes {
 public:
  using Launch = std::function<void(const run::RunPtr&)>;

  LanguageProbes(std::shared_ptr<const runtimes::Catalog> catalog, Maxima maxima,
                 boost::asio::io_context& loop, const base::Clock& clock, Launch launch,
                 ProgramExists program_exists);

  /// `ready` is called on the loop when all languages are known. May be called again, to look anew;
  /// until then the old findings hold. While a search goes on, its end is waited for.
  void start(std::function<void()> ready);
  /// Ends the search: its runs are cancelled (cause shutdown), `ready` is called when they are
  /// gone.
  void cancel();

  /// In the order of the catalog.
  [[nodiscard]] const std::vector<LanguageStatus>& statuses() const { return statuses_; }
  /// False while this language (an index of the catalog) has not been looked at yet.
  [[nodiscard]] bool is_known(std::size_t language) const { return known_.at(language); }
  /// All languages are known.
  [[nodiscard]] bool done() const;
  /// Runs of ours that have not finished.
  [[nodiscard]] std::size_t live() const { return live_.size(); }

 private:
  using Next = void (LanguageProbes::*)(std::size_t language, const ProbeResult& result);

  void start_next();
  void probe(std::size_t language, run::RunSpec spec, Next next);
  void probe_version(std::size_t language);
  void version_ended(std::size_t language, const ProbeResult& result);
  void selftest_ended(std::size_t language, const ProbeResult& result);
  void settle(std::size_t language, std::string problem);

  const std::shared_ptr<const runtimes::Catalog> catalog_;
  const Maxima maxima_;
  const base::Clock& clock_;
  const Launch launch_;
  const ProgramExists program_exists_;
  std::vector<LanguageStatus> statuses_;
  std::vector<bool> known_;
  bool searching_ = false;
  bool cancelled_ = false;
  std::size_t next_ = 0;     ///< The language to be looked at next.
  std::size_t started_ = 0;  ///< Languages that are being looked at.
  std::unordered_map<const run::Run*, run::RunPtr> live_;
  std::vector<std::function<void()>> ready_;
  LoopCalls calls_;
};

}  // namespace leash::service
