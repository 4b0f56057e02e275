#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "runtimes/catalog.h"
#include "sandbox/launch.h"
#include "spawner/zygote.h"

namespace leash::spawner {

/// The zygotes of all languages that have one. A zygote that fails is started again, a few times in
/// all; a language whose zygote is not warm is run without, which is slower and no less safe.
/// Confined to the loop's thread.
class ZygoteSet {
 public:
  ZygoteSet(boost::asio::io_context& loop, const sandbox::LaunchContext& context,
            const runtimes::Catalog& catalog);

  /// Starts them all. `warm` is called with each language whose slots can be forked from now on.
  void start(std::function<void(std::uint32_t language)> warm);
  [[nodiscard]] bool is_warm(std::uint32_t language) const { return warm_.contains(language); }

  /// A slot whose first process is a fork of the language's zygote.
  [[nodiscard]] base::Result<sandbox::Slot> launch(std::uint32_t language, const std::string& name,
                                                   uid_t uid);

 private:
  void start_one(std::uint32_t language);
  void on_warm(std::uint32_t language, const base::Result<void>& result);

  boost::asio::io_context& loop_;
  const sandbox::LaunchContext& context_;
  std::map<std::uint32_t, std::string> programs_;
  std::map<std::uint32_t, std::unique_ptr<Zygote>> zygotes_;
  std::set<std::uint32_t> warm_;
  std::function<void(std::uint32_t)> on_warm_;
  int restarts_left_ = 8;
};

}  // namespace leash::spawner
