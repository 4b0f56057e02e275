#include "spawner/zygote_set.h"

#include <boost/asio/post.hpp>

#include "base/tell.h"
#include "spawner/slot_kind.h"

namespace leash::spawner {
namespace {

constexpr const char* kBareZygote = "/opt/leash/leash-bare-zygote";

}  // namespace

ZygoteSet::ZygoteSet(boost::asio::io_context& loop, const sandbox::LaunchContext& context,
                     const runtimes::Catalog& catalog, Preload preload)
    : loop_(loop), context_(context) {
  programs_[kNoLanguage] = {.path = kBareZygote, .language = kNoLanguage};
  for (std::uint32_t i = 0; i < catalog.languages().size(); ++i) {
    const runtimes::Descriptor& language = catalog.languages()[i];
    if (language.warm == runtimes::Warm::kZygote) {
      programs_[i] = {.path = language.zygote, .language = i, .preload = preload[language.id]};
    }
  }
}

void ZygoteSet::start(Hooks hooks) {
  hooks_ = std::move(hooks);
  for (const auto& [language, program] : programs_) start_one(language);
}

void ZygoteSet::start_one(std::uint32_t language) {
  auto zygote = Zygote::start(
      loop_, context_, programs_.at(language),
      [this, language](const base::Result<void>& result) { on_news(language, result); });
  if (zygote) {
    zygotes_[language] = std::move(*zygote);
  } else {
    base::tell("leash: no warm starts: {}\n", zygote.error().message());
  }
}

void ZygoteSet::on_news(std::uint32_t language, const base::Result<void>& result) {
  if (result) {
    warm_.insert(language);
    hooks_.warm(language);
    return;
  }
  base::tell("leash: no warm starts: {}: {}\n", programs_.at(language).path,
             result.error().message());
  const bool was_warm = warm_.erase(language) > 0;
  // Not from here: this is a call of the zygote that goes.
  boost::asio::post(loop_, [this, language, was_warm, gone = zygotes_.at(language).get()] {
    const auto found = zygotes_.find(language);
    if (found == zygotes_.end() || found->second.get() != gone) return;  // renewed meanwhile
    if (!was_warm) {
      zygotes_.erase(language);
      return;
    }
    renew(language);
    hooks_.lost(language);
  });
}

base::Result<sandbox::Slot> ZygoteSet::launch(std::uint32_t language, const std::string& name,
                                              uid_t uid) {
  Zygote& zygote = *zygotes_.at(language);
  auto slot =
      launch_slot(context_, name, uid, {.clone = [&](const sandbox::ChildPlan& plan, int leaf) {
                    return zygote.fork_slot(plan, leaf);
                  }});
  if (zygote.is_lost()) renew(language);
  return slot;
}

void ZygoteSet::renew(std::uint32_t language) {
  warm_.erase(language);
  zygotes_.erase(language);
  if (restarts_left_-- > 0) start_one(language);
}

}  // namespace leash::spawner
