#include "service/disconnect_watch.h"

#include "service/loop_test.h"

namespace leash::service {
namespace {

using base::Millis;
using run::Cause;

class DisconnectWatchTest : public LoopTest {
 protected:
  RecordPtr make(OnDisconnect policy, Millis grace = Millis(0)) {
    auto record = make_record();
    record->policy.on_disconnect = policy;
    record->policy.disconnect_grace = grace;
    return record;
  }
  static Cause cause(const RecordPtr& record) { return record->run->snapshot().cause; }

  DisconnectWatch watch_{loop_};
};

TEST_F(DisconnectWatchTest, LastReaderThatLeavesEndsTheRun) {
  const auto record = make(OnDisconnect::kStop);
  watch_.attach(record);
  watch_.attach(record);
  watch_.leave(record);
  EXPECT_EQ(cause(record), Cause::kNone);
  watch_.leave(record);
  EXPECT_EQ(cause(record), Cause::kClientDisconnected);
}

TEST_F(DisconnectWatchTest, ReaderThatWasAnsweredEndsNothing) {
  const auto record = make(OnDisconnect::kStop);
  watch_.attach(record);
  watch_.release(record);
  EXPECT_EQ(cause(record), Cause::kNone);
  EXPECT_EQ(record->readers, 0);
}

TEST_F(DisconnectWatchTest, DetachedRunGoesOn) {
  const auto record = make(OnDisconnect::kDetach);
  watch_.attach(record);
  watch_.leave(record);
  settle();
  EXPECT_EQ(cause(record), Cause::kNone);
}

TEST_F(DisconnectWatchTest, GraceIsWaitedFor) {
  const auto record = make(OnDisconnect::kStop, Millis(5));
  watch_.attach(record);
  watch_.leave(record);
  EXPECT_EQ(cause(record), Cause::kNone);
  EXPECT_EQ(watch_.counting_down(), 1U);
  run_until([&] { return cause(record) != Cause::kNone; });
  EXPECT_EQ(cause(record), Cause::kClientDisconnected);
  EXPECT_EQ(watch_.counting_down(), 0U);
}

TEST_F(DisconnectWatchTest, AttachingAgainCancelsTheCountdown) {
  const auto kept = make(OnDisconnect::kStop, Millis(1));
  const auto control = make(OnDisconnect::kStop, Millis(20));
  watch_.attach(kept);
  watch_.attach(control);
  watch_.leave(kept);
  watch_.leave(control);
  watch_.attach(kept);
  run_until([&] { return cause(control) != Cause::kNone; });
  EXPECT_EQ(cause(kept), Cause::kNone);
  watch_.leave(kept);
  run_until([&] { return cause(kept) != Cause::kNone; });
}

TEST_F(DisconnectWatchTest, EndOfTheRunEndsTheCountdown) {
  const auto record = make(OnDisconnect::kStop, Millis(600'000));
  watch_.attach(record);
  watch_.leave(record);
  record->run->cancel(Cause::kExit);
  record->run->finish({});
  watch_.ended(*record);
  EXPECT_EQ(watch_.counting_down(), 0U);
  watch_.attach(record);
  watch_.leave(record);
  EXPECT_EQ(watch_.counting_down(), 0U);
  EXPECT_EQ(cause(record), Cause::kExit);
}

}  // namespace
}  // namespace leash::service
