#include "http/request_id.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace leash::http {
namespace {

bool is_clean(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

std::string request_id(std::string_view sent) {
  if (is_clean(sent)) return std::string(sent);
  // To tell requests apart in a log; no secret, so no need for the kernel's generator each time.
  thread_local std::mt19937_64 generator{[] {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
  }()};
  return fmt::format("q_{:016x}", generator());
}

}  // namespace leash::http
