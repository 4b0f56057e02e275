#include "service/service_test.h"

namespace leash::service {
namespace {

using run::Cause;

TEST_F(ServiceTest, RunEndsWhenItsLastReaderIsGone) {
  const RecordPtr record = start();
  {
    Service::Attachment first = service_->attach(record);
    Service::Attachment second = service_->attach(record);
    Service::Attachment moved = std::move(first);
    EXPECT_EQ(record->readers, 2);
    moved.leave();
    moved.leave();
    EXPECT_EQ(cause(record), Cause::kNone);
  }
  EXPECT_EQ(cause(record), Cause::kClientDisconnected);
}

TEST_F(ServiceTest, QueuedRunWhoseClientLeavesIsFinished) {
  make({.max_running = 1});
  start();
  const RecordPtr record = start();
  service_->attach(record).leave();
  settle();
  EXPECT_TRUE(record->run->finished());
  EXPECT_EQ(service_->figures().queued, 0U);
}

TEST_F(ServiceTest, ReleasedOrAssignedOverAttachments) {
  const RecordPtr first = start();
  const RecordPtr second = start();
  Service::Attachment attachment = service_->attach(first);
  attachment.release();
  EXPECT_EQ(cause(first), Cause::kNone);
  attachment = service_->attach(first);
  attachment = service_->attach(second);
  EXPECT_EQ(cause(first), Cause::kClientDisconnected);
  EXPECT_EQ(cause(second), Cause::kNone);
  attachment.release();
}

TEST_F(ServiceTest, R21_RunThatNobodyEverReadsExpires) {
  make({.max_running = 4, .abandoned = base::Millis(5)});
  const auto start_async = [&](std::optional<OnDisconnect> policy) {
    return start({.language = "toy", .code = "1", .on_disconnect = policy}, AnswerMode::kAsync);
  };
  const RecordPtr abandoned = start_async(OnDisconnect::kStop);
  const RecordPtr detached = start_async(std::nullopt);
  const RecordPtr read = start_async(OnDisconnect::kStop);
  Service::Attachment attachment = service_->attach(read);
  run_until([&] { return cause(abandoned) != Cause::kNone; });
  EXPECT_EQ(cause(abandoned), Cause::kExpired);
  attachment.release();
  // Later than the other's time, which began with it.
  const RecordPtr later = start_async(OnDisconnect::kStop);
  run_until([&] { return cause(later) != Cause::kNone; });
  EXPECT_EQ(cause(detached), Cause::kNone);
  EXPECT_EQ(cause(read), Cause::kNone);
}

TEST_F(ServiceTest, AttachmentMayOutliveTheService) {
  const RecordPtr record = start();
  Service::Attachment attachment = service_->attach(record);
  service_.reset();
  attachment.leave();
}

}  // namespace
}  // namespace leash::service
