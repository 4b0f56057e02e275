#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"
#include "sys/fd.h"

namespace leash::sys {

/// A memory file with this content that nobody can change any more (write, grow, shrink and seal
/// are sealed). The way in which a job, a configuration or a secret changes hands. `name` is only
/// for /proc/PID/fd.
[[nodiscard]] base::Result<UniqueFd> make_sealed_memfd(const char* name, std::string_view content);
/// The same of a content in parts, which are not put together before.
[[nodiscard]] base::Result<UniqueFd> make_sealed_memfd(const char* name,
                                                       std::span<const std::string_view> parts);

/// A read-only mapping of a sealed memfd. Refuses a file that is not sealed against change: else
/// its sender could alter what was already checked, or make the reader die of SIGBUS.
class SealedMapping {
 public:
  /// `limit`: the largest size taken.
  [[nodiscard]] static base::Result<SealedMapping> map(int fd, std::size_t limit);
  ~SealedMapping();
  SealedMapping(SealedMapping&& other) noexcept;
  SealedMapping& operator=(SealedMapping&& other) noexcept;
  SealedMapping(const SealedMapping&) = delete;
  SealedMapping& operator=(const SealedMapping&) = delete;

  [[nodiscard]] std::string_view view() const {
    return {static_cast<const char*>(address_), size_};
  }

 private:
  SealedMapping(void* address, std::size_t size) : address_(address), size_(size) {}

  void* address_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace leash::sys
