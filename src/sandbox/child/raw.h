#pragma once

#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

/// System calls and nothing else, for the time after clone: no libc, no errno, no allocation, no
/// lock. Each call returns the kernel's answer: a value, or a negative errno.
namespace leash::sandbox::raw {

inline long call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                 long f = 0) {
  long result = 0;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

inline long address(const void* pointer) {
  return reinterpret_cast<long>(pointer);
}

[[noreturn]] inline void exit(int code) {
  while (true) call(SYS_exit_group, code);
}

inline long close(int fd) {
  return call(SYS_close, fd);
}

inline long open_at(int directory, const char* path, int flags, unsigned mode = 0) {
  return call(SYS_openat, directory, address(path), flags, mode);
}

/// Writes everything; a negative errno if it cannot.
inline long write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const long put = call(SYS_write, fd, address(bytes), static_cast<long>(size));
    if (put == -EINTR) continue;
    if (put < 0) return put;
    bytes += put;
    size -= static_cast<std::size_t>(put);
  }
  return 0;
}

}  // namespace leash::sandbox::raw
