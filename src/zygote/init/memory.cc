// What the compiler expects of a C library, for a program that has none.

#include <cstddef>
#include <cstdint>

extern "C" {

void* memcpy(void* to, const void* from, std::size_t size) {
  void* const start = to;
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
  return start;
}

void* memset(void* to, int byte, std::size_t size) {
  void* const start = to;
  asm volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
  return start;
}

int memcmp(const void* left, const void* right, std::size_t size) {
  const auto* a = static_cast<const std::uint8_t*>(left);
  const auto* b = static_cast<const std::uint8_t*>(right);
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return a[i] - b[i];
  }
  return 0;
}

void* memchr(const void* bytes, int byte, std::size_t size) {
  const auto* at = static_cast<const std::uint8_t*>(bytes);
  for (std::size_t i = 0; i < size; ++i) {
    if (at[i] == static_cast<std::uint8_t>(byte)) return const_cast<std::uint8_t*>(at + i);
  }
  return nullptr;
}

int strcmp(const char* left, const char* right) {
  while (*left != '\0' && *left == *right) ++left, ++right;
  return static_cast<std::uint8_t>(*left) - static_cast<std::uint8_t>(*right);
}

std::size_t strlen(const char* text) {
  std::size_t size = 0;
  while (text[size] != '\0') ++size;
  return size;
}
}
