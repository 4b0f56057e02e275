#include "service/key_table.h"

#include <gtest/gtest.h>

namespace leash::service {
namespace {

RecordPtr make_record(std::uint64_t number, std::string key, std::string tenant = "a") {
  auto record = std::make_shared<Record>();
  record->tenant = std::move(tenant);
  record->policy.key = std::move(key);
  record->number = number;
  return record;
}

TEST(KeyTableTest, HolderIsTheNewest) {
  KeyTable keys;
  const auto first = make_record(1, "k");
  const auto second = make_record(2, "k");
  EXPECT_EQ(keys.replace(first), nullptr);
  EXPECT_EQ(keys.holder("a", "k"), first);
  EXPECT_EQ(keys.replace(second), first);
  EXPECT_EQ(keys.holder("a", "k"), second);
}

TEST(KeyTableTest, EndOfTheOlderRunLeavesTheNewerOneItsKey) {
  KeyTable keys;
  const auto first = make_record(1, "k");
  const auto second = make_record(2, "k");
  keys.replace(first);
  keys.replace(second);
  EXPECT_FALSE(keys.release(*first));
  EXPECT_EQ(keys.holder("a", "k"), second);
  EXPECT_TRUE(keys.release(*second));
  EXPECT_EQ(keys.holder("a", "k"), nullptr);
  EXPECT_FALSE(keys.release(*second));
  EXPECT_EQ(keys.size(), 0U);
}

TEST(KeyTableTest, TenantsHaveTheirOwnKeys) {
  KeyTable keys;
  const auto ours = make_record(1, "k", "a");
  const auto theirs = make_record(2, "k", "b");
  keys.replace(ours);
  EXPECT_EQ(keys.replace(theirs), nullptr);
  EXPECT_EQ(keys.holder("a", "k"), ours);
  EXPECT_EQ(keys.holder("b", "k"), theirs);
  EXPECT_EQ(keys.holder("c", "k"), nullptr);
}

TEST(KeyTableTest, RunWithoutAKeyReleasesNothing) {
  KeyTable keys;
  EXPECT_FALSE(keys.release(Record()));
}

}  // namespace
}  // namespace leash::service
