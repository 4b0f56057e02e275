#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "run/executor.h"
#include "run/local/job_builder.h"
#include "run/outcome.h"
#include "run/spec.h"
#include "runtimes/catalog.h"

namespace leash::run {

/// What a compile step left behind, and what the compiler said. Never changes.
struct Compiled {
  CompileReport report;
  Artifacts artifacts;
};

/// Programs that were compiled before, least recently used ones forgotten first. In memory: it ends
/// with its process.
///
/// A key is everything that a compile step gets, written out (see compile_key()) and compared
/// whole: no two different requests can meet in one entry, as they might by a hash. It is made
/// here, from the request, before anything is executed; what a sandbox does can only decide what is
/// kept under its own key. What is kept is a sealed copy in memory of ours: no one can change it,
/// and none of the sandbox's pages, which are charged to its leaf, outlive that.
///
/// Two runs of the same source at the same moment both compile: neither waits for the other, or
/// ends with it. Any thread.
class CompileCache {
 public:
  /// `limit`: of all keys, reports and artifacts together; with 0 nothing is ever kept.
  explicit CompileCache(base::Bytes limit, std::size_t max_entries = kMaxEntries);

  /// What a run has room for.
  struct Room {
    base::Bytes output;  ///< For each stream of the compiler's report.
    base::Bytes disk;    ///< For the artifacts.
  };
  /// Null if there is none, or if it is too large for this run: compiled again, that ends in the
  /// way in which it would have ended.
  [[nodiscard]] std::shared_ptr<const Compiled> find(std::string_view key, Room room);

  /// Keeps a copy, unless the cache has this key already or could not hold it. `names` are those of
  /// the artifacts. Out of memory is no error: then it is not kept.
  void store(std::string key, const CompileReport& report, const Artifacts& artifacts,
             const std::vector<std::string>& names);

  [[nodiscard]] CompileCacheFigures figures() const;

 private:
  static constexpr std::size_t kMaxEntries = 4096;  // each is a mapping, of which there are 65,530

  struct Entry {
    std::string key;
    std::shared_ptr<const Compiled> compiled;
    std::uint64_t bytes = 0;
  };
  void evict_down_to(std::uint64_t bytes, std::size_t entries);  ///< Lock held.

  const base::Bytes limit_;
  const std::size_t max_entries_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  ///< The most recently used one first.
  std::map<std::string_view, std::list<Entry>::iterator, std::less<>> index_;  ///< By Entry::key.
  CompileCacheFigures figures_;
};

/// All that decides what the compile step of `language` makes of this run: whose run it is (nothing
/// is shared between tenants), the languages as they were loaded, the compiler's version, files in
/// their order, entry, environment. Arguments, stdin and limits are not in it: no compile step sees
/// them. Each part is preceded by its size, so that no two requests are written alike.
///
/// None if a file mentions one of the language's `volatile` names: what is made of it depends on
/// more, such as the time.
[[nodiscard]] std::optional<std::string> compile_key(const RunSpec& spec,
                                                     const runtimes::Catalog& catalog,
                                                     std::size_t language,
                                                     std::string_view version);

}  // namespace leash::run
