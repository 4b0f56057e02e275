#include "sandbox/child/artifacts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cstring>

#include "protocol/job.h"
#include "sandbox/child/raw.h"

namespace leash::sandbox {
namespace {

using raw::address;

constexpr std::size_t kMaxArtifacts = 64;

struct Artifact {
  int fd = -1;
  std::uint64_t size = 0;
};

long open_artifact(const char* name, Artifact& artifact) {
  const long fd = raw::open_at(AT_FDCWD, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return fd == -ELOOP ? -ENOENT : fd;
  struct stat info {};
  if (const long result = raw::call(SYS_fstat, fd, address(&info)); result < 0) return result;
  if (!S_ISREG(info.st_mode) || info.st_nlink != 1) return -ENOENT;
  // A sparse file says any size, and would be filled with zeros until the memory is used up.
  if (static_cast<std::uint64_t>(info.st_size) > protocol::kMaxJobSize) return -EFBIG;
  artifact = {.fd = static_cast<int>(fd), .size = static_cast<std::uint64_t>(info.st_size)};
  return 0;
}

long write_number(int out, const void* number, std::size_t size) {
  return raw::write_all(out, static_cast<const char*>(number), size);
}

long copy(int in, int out, std::uint64_t size) {
  while (size > 0) {
    const long moved = raw::call(SYS_sendfile, out, in, 0, static_cast<long>(size));
    if (moved == -EINTR) continue;
    if (moved < 0) return moved;
    if (moved == 0) return -EIO;  // shorter than it said
    size -= static_cast<std::uint64_t>(moved);
  }
  return 0;
}

long write_header(int out, std::uint32_t files) {
  const std::uint32_t numbers[] = {protocol::kJobVersion, files, 0, 0, 0};
  if (const long result = raw::write_all(out, "LJOB", 4); result < 0) return result;
  return write_number(out, numbers, sizeof numbers);
}

long write_artifact(int out, const char* name, const Artifact& artifact) {
  const auto name_size = static_cast<std::uint32_t>(std::strlen(name));
  const std::uint32_t mode = 0755;
  long result = write_number(out, &name_size, sizeof name_size);
  if (result >= 0) result = write_number(out, &mode, sizeof mode);
  if (result >= 0) result = write_number(out, &artifact.size, sizeof artifact.size);
  if (result >= 0) result = raw::write_all(out, name, name_size + 1);
  if (result >= 0) result = copy(artifact.fd, out, artifact.size);
  return result;
}

}  // namespace

long pack_artifacts(const char* const* names) {
  const long memfd =
      raw::call(SYS_memfd_create, address("artifacts"), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memfd < 0) return memfd;
  const int out = static_cast<int>(memfd);
  Artifact artifacts[kMaxArtifacts];
  std::uint32_t count = 0;
  for (; names[count] != nullptr; ++count) {
    if (count == kMaxArtifacts) return -E2BIG;
    if (const long result = open_artifact(names[count], artifacts[count]); result < 0)
      return result;
  }
  if (const long result = write_header(out, count); result < 0) return result;
  for (std::uint32_t i = 0; i < count; ++i) {
    const long result = write_artifact(out, names[i], artifacts[i]);
    raw::close(artifacts[i].fd);
    if (result < 0) return result;
  }
  const long sealed = raw::call(SYS_fcntl, out, F_ADD_SEALS,
                                F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
  return sealed < 0 ? sealed : memfd;
}

}  // namespace leash::sandbox
