#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/fd.h"

namespace leash::run {

/// Where bytes go that are to be kept, but not in memory: a file without a name, in blocks of one
/// size that are handed out and come back.
///
/// One for all texts of a server, not one for each: records of an hour would take as many
/// descriptors. It is as large as its blocks in use were together at most, and what is behind a
/// block that came back is given to the file system. With the process it is gone, however that
/// ends.
///
/// Any thread. Reads and writes are those of a regular file: mostly of the page cache, but they may
/// wait for a disk. Always in a shared_ptr, which its blocks hold.
class SpillFile : public std::enable_shared_from_this<SpillFile> {
 public:
  static constexpr std::size_t kBlock = std::size_t{64} << 10;
  class Block;
  /// Called when reading or writing stops working; again after it has worked in between. On the
  /// thread that tried it, perhaps with locks held: it should only tell or post.
  using Failed = std::function<void(const base::Error&)>;

  /// Makes one in an open directory, which is needed for this only.
  [[nodiscard]] static base::Result<std::shared_ptr<SpillFile>> make(int directory, Failed failed);
  /// In this file, which is empty.
  SpillFile(sys::UniqueFd file, Failed failed)
      : file_(std::move(file)), failed_(std::move(failed)) {}

  /// Writes a block, of kBlock bytes at most.
  [[nodiscard]] base::Result<Block> write(std::string_view bytes);

  /// How much of the file is handed out, in bytes.
  [[nodiscard]] std::uint64_t used() const;

 private:
  [[nodiscard]] std::uint64_t allocate();
  void release(std::uint64_t offset);
  /// Passes it on, with the file for its object; tells if it is news.
  base::Result<void> note(base::Result<void> result, std::atomic<bool>& failing);

  const sys::UniqueFd file_;
  const Failed failed_;
  std::atomic<bool> reads_fail_ = false;
  std::atomic<bool> writes_fail_ = false;
  mutable std::mutex mutex_;
  std::vector<std::uint64_t> free_;  ///< Offsets of blocks that came back.
  std::uint64_t end_ = 0;
};

/// Owns a block that was written. Its destructor gives it back.
class SpillFile::Block {
 public:
  ~Block() {
    if (file_) file_->release(offset_);
  }
  Block(Block&& other) noexcept = default;
  Block& operator=(Block&& other) = delete;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  /// Fills `out` with what stands from `at` on in the block.
  [[nodiscard]] base::Result<void> read(std::size_t at, std::span<char> out) const;

 private:
  friend class SpillFile;
  Block(std::shared_ptr<SpillFile> file, std::uint64_t offset)
      : file_(std::move(file)), offset_(offset) {}

  std::shared_ptr<SpillFile> file_;  ///< Null: moved from.
  std::uint64_t offset_;
};

}  // namespace leash::run
