#include "run/output_text.h"

#include <algorithm>
#include <cassert>
#include <span>
#include <utility>

namespace leash::run {

void OutputText::append(std::string_view bytes) {
  while (!bytes.empty()) {
    if (last_.size() == SpillFile::kBlock) seal();
    const std::string_view part = bytes.substr(0, SpillFile::kBlock - last_.size());
    const std::size_t needed = last_.size() + part.size();
    // Doubling past the block would be room for nothing.
    if (needed > last_.capacity()) {
      last_.reserve(std::min(std::max(needed, 2 * last_.capacity()), SpillFile::kBlock));
    }
    last_ += part;
    bytes.remove_prefix(part.size());
  }
}

void OutputText::seal() {
  if (file_) {
    if (auto spilled = file_->write(last_)) {
      blocks_.push_back(std::make_shared<const Block>(*std::move(spilled)));
      last_.clear();
      return;
    }
  }
  blocks_.push_back(std::make_shared<const Block>(std::exchange(last_, {})));
}

base::Result<void> OutputText::read(std::uint64_t at, std::uint64_t size, std::string& out) const {
  assert(at <= this->size() && size <= this->size() - at);
  out.reserve(out.size() + size);
  while (size > 0) {
    const std::size_t index = at / SpillFile::kBlock;
    const std::size_t from = at % SpillFile::kBlock;
    const std::size_t part = std::min<std::uint64_t>(size, SpillFile::kBlock - from);
    const auto* spilled =
        index < blocks_.size() ? std::get_if<SpillFile::Block>(blocks_[index].get()) : nullptr;
    if (spilled != nullptr) {
      out.resize(out.size() + part);
      if (auto read = spilled->read(from, std::span(out).last(part)); !read) {
        out.resize(out.size() - part);
        return read;
      }
    } else {
      const auto& text = index < blocks_.size() ? std::get<std::string>(*blocks_[index]) : last_;
      out.append(text, from, part);
    }
    at += part;
    size -= part;
  }
  return {};
}

}  // namespace leash::run
