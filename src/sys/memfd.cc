#include "sys/memfd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <utility>

#include "sys/file.h"

namespace leash::sys {
namespace {
constexpr int kSeals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
}

base::Result<UniqueFd> make_sealed_memfd(const char* name, std::string_view content) {
  return make_sealed_memfd(name, std::span(&content, 1));
}

base::Result<UniqueFd> make_sealed_memfd(const char* name,
                                         std::span<const std::string_view> parts) {
  UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.is_open()) return base::system_error("memfd_create", name);
  for (const std::string_view part : parts) {
    if (auto written = write_all(fd.get(), part); !written) return written.error();
  }
  if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) return base::system_error("seal", name);
  return fd;
}

base::Result<SealedMapping> SealedMapping::map(int fd, std::size_t limit) {
  const int seals = ::fcntl(fd, F_GET_SEALS);
  if (seals < 0) return base::system_error("read the seals of a memfd");
  if ((seals & kSeals) != kSeals) return base::plain_error("map", "memfd", "it is not sealed");
  struct stat info {};
  if (::fstat(fd, &info) != 0) return base::system_error("fstat", "memfd");
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size > limit) return base::plain_error("map", "memfd", "it is too large");
  if (size == 0) return SealedMapping(nullptr, 0);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (address == MAP_FAILED) return base::system_error("mmap", "memfd");  // NOLINT: kernel macro
  return SealedMapping(address, size);
}

SealedMapping::~SealedMapping() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

SealedMapping::SealedMapping(SealedMapping&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SealedMapping& SealedMapping::operator=(SealedMapping&& other) noexcept {
  std::swap(address_, other.address_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace leash::sys
