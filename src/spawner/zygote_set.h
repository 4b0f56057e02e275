#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtimes/catalog.h"
#include "sandbox/launch.h"
#include "spawner/zygote.h"

namespace leash::spawner {

/// The zygotes of all languages that have one, and that of kNoLanguage, for any command. A zygote
/// that fails is started again, a few times in a row; a language whose zygote is not warm is run
/// without, which is slower and no less safe. Confined to the loop's thread.
class ZygoteSet {
 public:
  /// By the language's id: modules that its zygote is to import.
  using Preload = std::map<std::string, std::vector<std::string>>;
  ZygoteSet(boost::asio::io_context& loop, const sandbox::LaunchContext& context,
            const runtimes::Catalog& catalog, Preload preload);

  struct Hooks {
    std::function<void(std::uint32_t language)> warm;  ///< Its slots can be forked from now on.
    std::function<void(std::uint32_t language)> lost;  ///< They cannot any more.
  };
  /// Starts them all.
  void start(Hooks hooks);
  [[nodiscard]] bool is_warm(std::uint32_t language) const { return warm_.contains(language); }

  /// A slot of a zygote was set up: what has failed before is forgotten.
  void slot_is_ready() { restarts_left_ = kRestarts; }

  /// Ends the zygote, of which slots cannot be made, and starts another one, if it may.
  void renew(std::uint32_t language);

  /// A slot whose first process is a fork of the language's zygote.
  [[nodiscard]] base::Result<sandbox::Slot> launch(std::uint32_t language, const std::string& name,
                                                   uid_t uid);

 private:
  static constexpr int kRestarts = 8;
  void start_one(std::uint32_t language);
  void on_news(std::uint32_t language, const base::Result<void>& result);

  boost::asio::io_context& loop_;
  const sandbox::LaunchContext& context_;
  std::map<std::uint32_t, Zygote::Program> programs_;
  std::map<std::uint32_t, std::unique_ptr<Zygote>> zygotes_;
  std::set<std::uint32_t> warm_;
  Hooks hooks_;
  int restarts_left_ = kRestarts;
};

}  // namespace leash::spawner
