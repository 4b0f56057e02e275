#include "service/end_waits.h"

#include <vector>

#include "service/loop_test.h"

namespace leash::service {
namespace {

using base::Millis;

class EndWaitsTest : public LoopTest {
 protected:
  void wait(const RecordPtr& record, std::optional<Millis> at_most = std::nullopt) {
    waits_.wait(record, at_most, [this](bool ended) { calls_.push_back(ended); });
  }

  EndWaits waits_{loop_};
  std::vector<bool> calls_;
};

TEST_F(EndWaitsTest, EveryWaitForARunIsToldOfItsEndOnce) {
  const RecordPtr record = make_record();
  const RecordPtr other = make_record();
  wait(record);
  wait(record, Millis(600'000));
  wait(other);
  EXPECT_TRUE(calls_.empty());
  waits_.ended(*record);
  waits_.ended(*record);
  EXPECT_EQ(calls_, (std::vector<bool>{true, true}));
  EXPECT_EQ(waits_.size(), 1U);
}

TEST_F(EndWaitsTest, WaitThatIsOverLeavesNothingBehind) {
  const RecordPtr record = make_record();
  wait(record, Millis(1));
  wait(record);
  run_until([&] { return !calls_.empty(); });
  EXPECT_EQ(calls_, std::vector<bool>{false});
  EXPECT_EQ(waits_.size(), 1U);
  waits_.ended(*record);
  settle();
  EXPECT_EQ(calls_, (std::vector<bool>{false, true}));
}

TEST_F(EndWaitsTest, CallMayWaitAgain) {
  const RecordPtr record = make_record();
  waits_.wait(record, std::nullopt, [&](bool) { wait(record); });
  waits_.ended(*record);
  EXPECT_EQ(waits_.size(), 1U);
  EXPECT_TRUE(calls_.empty());
}

}  // namespace
}  // namespace leash::service
