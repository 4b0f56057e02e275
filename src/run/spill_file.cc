#include "run/spill_file.h"

#include <fcntl.h>

#include <cassert>
#include <utility>

#include "sys/file.h"

namespace leash::run {
namespace {

constexpr const char* kName = "spill";

}  // namespace

base::Result<std::shared_ptr<SpillFile>> SpillFile::make(int directory, Failed failed) {
  auto file = sys::make_unnamed_file(directory, kName);
  if (!file) return file.error();
  return std::make_shared<SpillFile>(*std::move(file), std::move(failed));
}

base::Result<SpillFile::Block> SpillFile::write(std::string_view bytes) {
  assert(bytes.size() <= kBlock);
  Block block(shared_from_this(), allocate());
  const auto written = note(sys::write_all_at(file_.get(), bytes, block.offset_), writes_fail_);
  if (!written) return written.error();
  return block;
}

std::uint64_t SpillFile::used() const {
  const std::scoped_lock lock(mutex_);
  return end_ - free_.size() * kBlock;
}

std::uint64_t SpillFile::allocate() {
  const std::scoped_lock lock(mutex_);
  if (free_.empty()) return std::exchange(end_, end_ + kBlock);
  const std::uint64_t offset = free_.back();
  free_.pop_back();
  return offset;
}

void SpillFile::release(std::uint64_t offset) {
  // Before it is anybody's again. A file system that cannot do this keeps the room for the next.
  static_cast<void>(::fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                static_cast<off_t>(offset), kBlock));
  const std::scoped_lock lock(mutex_);
  free_.push_back(offset);
}

base::Result<void> SpillFile::note(base::Result<void> result, std::atomic<bool>& failing) {
  if (result) {
    failing = false;
    return result;
  }
  base::Error error = result.error();
  error.object = "kept output";
  if (!failing.exchange(true) && failed_) failed_(error);
  return error;
}

base::Result<void> SpillFile::Block::read(std::size_t at, std::span<char> out) const {
  assert(at + out.size() <= kBlock);
  return file_->note(sys::read_all_at(file_->file_.get(), out, offset_ + at), file_->reads_fail_);
}

}  // namespace leash::run
