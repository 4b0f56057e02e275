#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace leash::zygote {

/// The pages that a run of this interpreter needs, whatever its program: known from a rehearsal, so
/// that a copy can have them all at once instead of by a page fault for each.
///
/// * Those that it writes to become the copy's own when it calls take().
/// * Those of code and constants that it reads are mapped in a copy from the beginning. The kernel
///   copies a page table only if something in it is no longer the file's, so one byte of each such
///   mapping is written again. Of these mappings no others are left in the zygote: to copy a page
///   table costs more than to find a page that few programs use.
///
/// One thread. Best effort: without it runs are the same, and slower.
class RunPages {
 public:
  /// Forks. The copy calls `rehearse`, whose output is thrown away, and tells which pages it has
  /// used by then. Returns when it has ended.
  void learn(void (*rehearse)());

  /// In a copy of this process, before there is a job. Raw system calls only.
  void take() const;

 private:
  struct Range {
    std::uintptr_t start = 0;
    std::size_t size = 0;  ///< Bytes.
  };
  enum class Use : std::uint8_t { kWritten, kRead };
  struct Page {
    std::uintptr_t address = 0;
    Use use = Use::kWritten;
  };

  [[nodiscard]] static std::vector<Page> used_pages(void (*rehearse)());
  void add_written(std::uintptr_t page);
  static void map_for_copies(const std::vector<std::uintptr_t>& pages);

  std::vector<Range> written_;
};

}  // namespace leash::zygote
