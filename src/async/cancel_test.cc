#include "async/cancel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace leash::async {
namespace {

TEST(CancelTest, R68_FirstReasonWinsAndStays) {
  CancelSource source;
  EXPECT_EQ(source.reason(), CancelReason::kNone);
  EXPECT_TRUE(source.cancel(CancelReason::kStop));
  EXPECT_FALSE(source.cancel(CancelReason::kWallLimit));
  EXPECT_EQ(source.reason(), CancelReason::kStop);
}

TEST(CancelTest, R58_R63_EveryTokenOfASourceSeesIt) {
  CancelSource source;
  const CancelToken early = source.token();
  source.cancel(CancelReason::kShutdown);
  EXPECT_TRUE(early.is_cancelled());
  EXPECT_EQ(source.token().reason(), CancelReason::kShutdown);
  EXPECT_FALSE(CancelToken().is_cancelled());
}

TEST(CancelTest, CallbackIsCalledOnceWithTheReason) {
  CancelSource source;
  std::vector<CancelReason> seen;
  const CancelCallback callback(source.token(), [&](CancelReason r) { seen.push_back(r); });
  source.cancel(CancelReason::kReplaced);
  source.cancel(CancelReason::kStop);
  EXPECT_EQ(seen, std::vector{CancelReason::kReplaced});
}

TEST(CancelTest, CallbackOnACancelledTokenIsCalledAtOnce) {
  CancelSource source;
  source.cancel(CancelReason::kStop);
  CancelReason seen = CancelReason::kNone;
  const CancelCallback callback(source.token(), [&](CancelReason r) { seen = r; });
  EXPECT_EQ(seen, CancelReason::kStop);
}

TEST(CancelTest, RemovedCallbackIsNotCalled) {
  CancelSource source;
  int calls = 0;
  {
    const CancelCallback callback(source.token(), [&](CancelReason) { ++calls; });
  }
  source.cancel(CancelReason::kStop);
  EXPECT_EQ(calls, 0);
}

TEST(CancelTest, R79_CallbackMayReenterThrowAndDestroyTheSource) {
  auto source = std::make_unique<CancelSource>();
  CancelToken token = source->token();
  int calls = 0;
  const CancelCallback reenters(token, [&](CancelReason) {
    ++calls;
    EXPECT_TRUE(token.is_cancelled());
    const CancelCallback nested(token, [&](CancelReason) { ++calls; });
  });
  const CancelCallback throws(token, [&](CancelReason) {
    ++calls;
    throw std::runtime_error("expected by the test");
  });
  const CancelCallback destroys(token, [&](CancelReason) { source.reset(); });
  source->cancel(CancelReason::kStop);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(source, nullptr);
}

TEST(CancelTest, R11_OfManyThreadsExactlyOneIsFirst) {
  for (int round = 0; round < 200; ++round) {
    CancelSource source;
    std::atomic<int> first{0};
    std::atomic<int> calls{0};
    const CancelCallback callback(source.token(), [&](CancelReason) { ++calls; });
    {
      std::vector<std::jthread> threads;
      for (const auto reason :
           {CancelReason::kStop, CancelReason::kExit, CancelReason::kWallLimit}) {
        threads.emplace_back([&source, &first, reason] {
          if (source.cancel(reason)) first += static_cast<int>(reason);
        });
      }
    }
    EXPECT_EQ(first.load(), static_cast<int>(source.reason()));
    EXPECT_EQ(calls.load(), 1);
  }
}

TEST(CancelTest, R60_ALoopMayAskItsTokenInsteadOfWaiting) {
  CancelSource source;
  std::atomic<bool> looping{false};
  std::thread worker([token = source.token(), &looping] {
    while (!token.is_cancelled()) {  // as a compute loop asks, each time round
      looping = true;
      looping.notify_one();
    }
  });
  looping.wait(false);
  source.cancel(CancelReason::kClientDisconnected);
  worker.join();
  EXPECT_EQ(source.reason(), CancelReason::kClientDisconnected);
}

TEST(CancelTest, NamesAreThoseOfTheContract) {
  EXPECT_EQ(to_string(CancelReason::kClientDisconnected), "client_disconnected");
  EXPECT_EQ(to_string(CancelReason::kServerLost), "server_lost");
}

}  // namespace
}  // namespace leash::async
