#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "run/executor.h"

namespace leash::run {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::string_view kPrefix = "r_";
constexpr std::size_t kLetters = 26;  // 26 * 5 bits >= 128 bits

}  // namespace

std::string make_run_id() {
  std::array<std::uint8_t, kLetters> random{};
  // Cannot fail for so few bytes once the kernel's generator is ready, which it is after boot.
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    std::abort();
  }
  std::string id(kPrefix);
  for (const std::uint8_t byte : random) id += kAlphabet[byte % kAlphabet.size()];
  return id;
}

bool is_run_id(std::string_view text) {
  return text.size() == kPrefix.size() + kLetters && text.starts_with(kPrefix) &&
         std::ranges::all_of(text.substr(kPrefix.size()),
                             [](char c) { return kAlphabet.find(c) != std::string_view::npos; });
}

}  // namespace leash::run
