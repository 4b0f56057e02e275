#include "service/mark_table.h"

#include "service/loop_test.h"

namespace leash::service {
namespace {

class MarkTableTest : public LoopTest {
 protected:
  RecordPtr add(const std::string& key, unsigned char body = 1, const std::string& tenant = "us",
                base::Millis age = base::Millis(0)) {
    auto record = make_record(tenant);
    record->number = static_cast<std::uint64_t>(last_id_);
    record->mark = RequestMark{.key = key, .body = {body}};
    marks_.add(record, age);
    kept_.push_back(record);
    return record;
  }
  Checked<RecordPtr> find(const std::string& key, unsigned char body = 1,
                          const std::string& tenant = "us") {
    return marks_.find(tenant, {.key = key, .body = {body}});
  }

  MarkTable marks_{clock_};
  std::vector<RecordPtr> kept_;
};

TEST_F(MarkTableTest, SameKeyAndBodyIsTheSameRunForTenMinutes) {
  const RecordPtr record = add("k");
  EXPECT_EQ(*find("k"), record);
  EXPECT_EQ(*find("other"), nullptr);
  EXPECT_EQ(*find("k", 1, "them"), nullptr);
  clock_.advance(MarkTable::kTime - base::Millis(1));
  EXPECT_EQ(*find("k"), record);
  clock_.advance(base::Millis(1));
  EXPECT_EQ(*find("k"), nullptr);
  EXPECT_EQ(marks_.size(), 0U);
}

TEST_F(MarkTableTest, AnotherBodyIsRefused) {
  add("k", 1);
  const auto found = find("k", 2);
  ASSERT_FALSE(found);
  EXPECT_EQ(http_status(found.error().code), 422);
  EXPECT_EQ(found.error().field, "Idempotency-Key");
}

TEST_F(MarkTableTest, NothingIsStartedTwiceWhenTheRunIsForgotten) {
  add("k")->forgotten = true;
  ASSERT_FALSE(find("k"));
  EXPECT_EQ(http_status(find("k").error().code), 409);
  add("gone");
  kept_.clear();
  EXPECT_FALSE(find("gone"));
}

TEST_F(MarkTableTest, TimeGoesOnFromAnEarlierServer) {
  add("k", 1, "us", MarkTable::kTime - base::Millis(5));
  add("old", 1, "us", MarkTable::kTime);
  EXPECT_NE(*find("k"), nullptr);
  EXPECT_EQ(*find("old"), nullptr);
  clock_.advance(base::Millis(5));
  EXPECT_EQ(*find("k"), nullptr);
}

TEST_F(MarkTableTest, EachTenantHasSoManyAndNoMore) {
  for (std::size_t i = 0; i < MarkTable::kMaxPerTenant; ++i) add(std::to_string(i));
  const auto one_more = find("one more");
  ASSERT_FALSE(one_more);
  EXPECT_EQ(http_status(one_more.error().code), 429);
  EXPECT_GT(one_more.error().retry_after_s, 0);
  EXPECT_NE(*find("7"), nullptr);
  EXPECT_EQ(*find("one more", 1, "them"), nullptr);
  clock_.advance(MarkTable::kTime);
  EXPECT_EQ(*find("one more"), nullptr);
}

}  // namespace
}  // namespace leash::service
