#pragma once

#include <cstdint>

#include "protocol/messages.h"

namespace leash::spawner {

/// What a slot can be used for: any command of any language, or, warm, one step of one language.
using SlotKind = std::int64_t;
inline constexpr SlotKind kAnyCommand = -1;

/// What stands for a language where there is none: of kAnyCommand.
inline constexpr std::uint32_t kNoLanguage = UINT32_MAX;

constexpr SlotKind kind_of(std::uint32_t language, protocol::Step step) {
  return (SlotKind{static_cast<std::uint32_t>(step)} << 32) | language;
}
constexpr std::uint32_t language_of(SlotKind kind) {
  return static_cast<std::uint32_t>(kind);
}
static_assert(language_of(kAnyCommand) == kNoLanguage);

}  // namespace leash::spawner
