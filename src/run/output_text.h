#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "run/spill_file.h"

namespace leash::run {

/// A text that only grows: what is kept of one stream of a run.
///
/// Its last part, SpillFile::kBlock bytes at most, is in memory, what is before that in blocks of
/// a spill file; so a short text knows nothing of files. A block that cannot be written there (no
/// room left, say), and every one if there is no file, stays in memory.
///
/// A copy shares the blocks, which do not change any more, and copies the last part. One thread at
/// a time; copies are independent of each other.
class OutputText {
 public:
  OutputText() = default;
  /// Null: all of it stays in memory.
  explicit OutputText(std::shared_ptr<SpillFile> file) : file_(std::move(file)) {}

  void append(std::string_view bytes);

  [[nodiscard]] std::uint64_t size() const {
    return blocks_.size() * SpillFile::kBlock + last_.size();
  }
  /// Appends `size` bytes from `at` on, which are there, to `out`. An error if some of it could not
  /// be read back: then `out` has got what is before them.
  [[nodiscard]] base::Result<void> read(std::uint64_t at, std::uint64_t size,
                                        std::string& out) const;

 private:
  /// Of SpillFile::kBlock bytes.
  using Block = std::variant<std::string, SpillFile::Block>;

  void seal();

  std::shared_ptr<SpillFile> file_;
  std::vector<std::shared_ptr<const Block>> blocks_;
  std::string last_;
};

}  // namespace leash::run
