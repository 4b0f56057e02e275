#include "service/sha256.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <string>

namespace leash::service {
namespace {

std::string hex(const Sha256& hash) {
  return fmt::format("{:02x}", fmt::join(hash, ""));
}

// FIPS 180-2, appendix B, and the empty text.
TEST(Sha256Test, IsThatOfTheStandard) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace leash::service
