#include "spawner/zygote_set.h"

#include <fmt/format.h>

namespace leash::spawner {

ZygoteSet::ZygoteSet(const sandbox::LaunchContext& context, const runtimes::Catalog& catalog)
    : context_(context) {
  for (std::uint32_t i = 0; i < catalog.languages().size(); ++i) {
    const runtimes::Descriptor& language = catalog.languages()[i];
    if (language.warm != runtimes::Warm::kZygote) continue;
    programs_[i] = language.zygote;
    start(i);
  }
}

void ZygoteSet::start(std::uint32_t language) {
  auto zygote = Zygote::start(context_, programs_.at(language), language);
  if (zygote) {
    zygotes_[language] = std::move(*zygote);
  } else {
    fmt::print(stderr, "leash: no warm starts: {}\n", zygote.error().message());
  }
}

std::vector<std::uint32_t> ZygoteSet::languages() const {
  std::vector<std::uint32_t> languages;
  for (const auto& [language, zygote] : zygotes_) languages.push_back(language);
  return languages;
}

base::Result<sandbox::Slot> ZygoteSet::launch(std::uint32_t language, const std::string& name,
                                              uid_t uid) {
  Zygote& zygote = *zygotes_.at(language);
  bool forked = true;
  auto slot =
      launch_slot(context_, name, uid, {.clone = [&](const sandbox::ChildPlan& plan, int leaf) {
                    auto process = zygote.fork_slot(plan, leaf);
                    forked = process.has_value();
                    return process;
                  }});
  if (!forked) {
    zygotes_.erase(language);
    if (restarts_left_-- > 0) start(language);
  }
  return slot;
}

}  // namespace leash::spawner
