#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/spec.h"

namespace leash::zygote {

/// The commands of all languages, from the spawner's memory to that of a zygote without an
/// interpreter: as bytes, which both sides of one release of this program understand. What is
/// started ahead is not among them.

[[nodiscard]] std::string make_command_image(std::span<const sandbox::ExecEntry> languages);

/// The same commands, whose texts stay where the image is. Ends the process if the image was not
/// made by make_command_image().
class CommandTable {
 public:
  explicit CommandTable(std::string_view image);
  CommandTable(const CommandTable&) = delete;
  CommandTable& operator=(const CommandTable&) = delete;
  CommandTable(CommandTable&&) = delete;
  CommandTable& operator=(CommandTable&&) = delete;
  ~CommandTable() = default;

  [[nodiscard]] std::span<const sandbox::ExecEntry> entries() const { return entries_; }

 private:
  std::deque<std::vector<const char*>> lists_;  ///< A deque: its elements never move.
  std::vector<sandbox::ExecEntry> entries_;
};

}  // namespace leash::zygote
