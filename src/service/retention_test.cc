#include "service/retention.h"

#include "service/fake_executor.h"
#include "service/loop_test.h"

namespace leash::service {
namespace {

using base::Bytes;
using base::Millis;

class RetentionTest : public LoopTest {
 protected:
  void make(Retention::Bounds bounds) {
    retention_ = std::make_unique<Retention>(
        bounds, loop_, clock_, [this](const RecordPtr& record) { gone_.push_back(record); });
  }
  RecordPtr add(std::uint64_t size) {
    auto record = make_record();
    retention_->add(record, {size});
    return record;
  }

  std::vector<RecordPtr> gone_;
  std::unique_ptr<Retention> retention_;
};

TEST_F(RetentionTest, OldRecordsGo) {
  make({.time = Millis(100)});
  const auto first = add(1);
  clock_.advance(Millis(60));
  const auto second = add(1);
  retention_->sweep();
  EXPECT_TRUE(gone_.empty());
  clock_.advance(Millis(40));
  retention_->sweep();
  EXPECT_EQ(gone_, std::vector{first});
  clock_.advance(Millis(60));
  retention_->sweep();
  EXPECT_EQ(gone_, (std::vector{first, second}));
  EXPECT_EQ(retention_->total(), Bytes{0});
}

TEST_F(RetentionTest, TheTimerSweeps) {
  make({.time = Millis(5)});
  add(1);
  clock_.advance(Millis(2));
  add(1);
  clock_.advance(Millis(3));
  run_until([&] { return gone_.size() == 1; });
  clock_.advance(Millis(2));
  run_until([&] { return gone_.size() == 2; });
}

TEST_F(RetentionTest, TooMuchDrivesTheOldestOut) {
  make({.total = {10}});
  const auto first = add(4);
  const auto second = add(4);
  add(2);
  EXPECT_TRUE(gone_.empty());
  add(5);
  EXPECT_EQ(gone_, (std::vector{first, second}));
  EXPECT_EQ(retention_->total(), Bytes{7});
}

TEST_F(RetentionTest, TheNewestStaysHoweverLarge) {
  make({.total = {10}});
  const auto first = add(1);
  const auto large = add(100);
  EXPECT_EQ(gone_, std::vector{first});
  add(1);
  EXPECT_EQ(gone_, (std::vector{first, large}));
}

TEST_F(RetentionTest, RemovedRecordIsNotForgottenAgain) {
  make({.time = Millis(1)});
  const auto record = add(7);
  retention_->remove(*record);
  retention_->remove(*record);
  EXPECT_EQ(retention_->total(), Bytes{0});
  clock_.advance(Millis(1));
  retention_->sweep();
  EXPECT_TRUE(gone_.empty());
}

TEST_F(RetentionTest, SizeCountsOutputOnceKeptAndFiles) {
  const run::EventLog::Bounds bounds{.retain = Bytes{1000}, .window = Bytes{500}};
  const auto size_of = [&](std::uint64_t printed, std::uint64_t limit, std::size_t code) {
    auto run = std::make_shared<run::Run>(
        run::RunSpec{.files = {{.path = "", .content = std::string(code, 'x')}},
                     .limits = {.output = {limit}}},
        run::Run::Options{.id = "r", .log_bounds = bounds}, clock_);
    run->cancel(run::Cause::kStop);
    run->finish({.usage = {.stdout_bytes = printed}});
    return retained_size(*run, bounds).count;
  };
  const std::uint64_t nothing = size_of(0, 1'000'000, 0);
  EXPECT_GT(nothing, 1000U);
  EXPECT_EQ(size_of(0, 1'000'000, 10'000), nothing + 10'000);
  const std::uint64_t some = size_of(100, 1'000'000, 0);
  EXPECT_GE(some, nothing + 100);
  EXPECT_EQ(size_of(9'000, 100, 0), some);
  EXPECT_EQ(size_of(9'000, 1'000'000, 0), size_of(1'500, 1'000'000, 0));
}

}  // namespace
}  // namespace leash::service
