#pragma once

#include <map>
#include <memory>
#include <string>

#include "runtimes/catalog.h"
#include "sandbox/launch.h"
#include "spawner/zygote.h"

namespace leash::spawner {

/// The zygotes of all languages that have one. A zygote that fails is started again, a few times in
/// all; a language whose zygote does not start is run without, which is slower and no less safe.
/// One thread.
class ZygoteSet {
 public:
  ZygoteSet(const sandbox::LaunchContext& context, const runtimes::Catalog& catalog);

  /// Whether slots of this language can be forked.
  [[nodiscard]] bool has(std::uint32_t language) const { return zygotes_.contains(language); }
  [[nodiscard]] std::vector<std::uint32_t> languages() const;

  /// A slot whose first process is a fork of the language's zygote.
  [[nodiscard]] base::Result<sandbox::Slot> launch(std::uint32_t language, const std::string& name,
                                                   uid_t uid);

 private:
  void start(std::uint32_t language);

  const sandbox::LaunchContext& context_;
  std::map<std::uint32_t, std::string> programs_;
  std::map<std::uint32_t, std::unique_ptr<Zygote>> zygotes_;
  int restarts_left_ = 8;
};

}  // namespace leash::spawner
