#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace leash::zygote {

/// The pages that a run of this interpreter writes to, whatever its program: known from a
/// rehearsal, so that a copy can have them as its own all at once instead of by a page fault for
/// each.
///
/// One thread. Best effort: without it runs are the same, and slower.
class WrittenPages {
 public:
  /// Forks. The copy calls `rehearse`, whose output is thrown away, and tells which pages have
  /// become its own by then. Returns when it has ended.
  void learn(void (*rehearse)());

  /// In a copy of this process, before there is a job. Raw system calls only.
  void take() const;

 private:
  struct Range {
    std::uintptr_t start = 0;
    std::size_t size = 0;  ///< Bytes.
  };
  /// All memory of this process that is its own and may be written to.
  [[nodiscard]] static std::vector<Range> private_memory();
  /// The pages in it that nobody else has.
  [[nodiscard]] static std::vector<Range> own_pages(const std::vector<Range>& memory);

  std::vector<Range> ranges_;
};

}  // namespace leash::zygote
