#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace leash::base {
namespace {

TEST(ErrorTest, NamesOperationObjectAndErrno) {
  errno = EACCES;
  const Error error = system_error("mkdir", "/x/y");
  EXPECT_EQ(error.number, EACCES);
  EXPECT_EQ(error.message(), "mkdir '/x/y': Permission denied");
}

TEST(ErrorTest, PlainErrorCarriesItsReason) {
  EXPECT_EQ(plain_error("parse", "a.toml", "no id").message(), "parse 'a.toml': no id");
}

TEST(ErrorTest, DetailFollowsTheErrnoText) {
  const Error error("mount", "", EPERM, "run as root");
  EXPECT_EQ(error.message(), "mount: Operation not permitted (run as root)");
}

TEST(ResultTest, HoldsValueOrError) {
  const Result<int> good = 4;
  const Result<int> bad = plain_error("count", "", "nothing there");
  EXPECT_EQ(good.value(), 4);
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().detail, "nothing there");
}

TEST(ResultDeathTest, ValueOfAnErrorIsABug) {
  const Result<int> bad = plain_error("count", "", "nothing there");
  EXPECT_DEATH(static_cast<void>(bad.value()), "nothing there");
}

}  // namespace
}  // namespace leash::base
