#include "http/event_format.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/clock.h"

namespace leash::http {
namespace {

class EventFormatTest : public ::testing::Test {
 protected:
  EventFormatTest() {
    record_.run = std::make_shared<run::Run>(run::RunSpec{.language = "toy"},
                                             run::Run::Options{.id = "r_1"}, clock_);
  }
  std::string sse(run::EventBody body) const {
    std::string out;
    append_event(out, EventFormat::kSse, record_, {.seq = 7, .body = std::move(body)});
    return out;
  }
  std::string ndjson(run::EventBody body) const {
    std::string out;
    append_event(out, EventFormat::kNdjson, record_, {.seq = 7, .body = std::move(body)});
    return out;
  }

  base::ManualClock clock_;
  service::Record record_;
};

TEST_F(EventFormatTest, WritesAQueuedEvent) {
  EXPECT_EQ(sse(run::QueuedEvent{.position = 2}),
            "id: 7\nevent: queued\ndata: {\"id\":\"r_1\",\"key\":null,\"position\":2}\n\n");
  record_.policy.key.emplace("k");
  EXPECT_EQ(ndjson(run::QueuedEvent{}),
            "{\"seq\":7,\"type\":\"queued\",\"id\":\"r_1\",\"key\":\"k\",\"position\":0}\n");
}

TEST_F(EventFormatTest, KeepsOutputOnOneLine) {
  const run::OutputEvent event{.stream = run::Stream::kStderr, .data = "a\n\rb", .utf8 = true};
  EXPECT_EQ(sse(event),
            "id: 7\nevent: stderr\ndata: {\"data\":\"a\\n\\rb\",\"encoding\":\"utf8\"}\n\n");
}

TEST_F(EventFormatTest, WritesBytesAsBase64OrLossy) {
  const run::OutputEvent event{.stream = run::Stream::kStdout, .data = "\xff", .utf8 = false};
  EXPECT_EQ(ndjson(event),
            "{\"seq\":7,\"type\":\"stdout\",\"data\":\"/w==\",\"encoding\":\"base64\"}\n");
  record_.policy.encoding = service::TextEncoding::kUtf8Lossy;
  EXPECT_EQ(ndjson(event),
            "{\"seq\":7,\"type\":\"stdout\",\"data\":\"\xef\xbf\xbd\",\"encoding\":\"utf8\","
            "\"lossy\":true}\n");
}

TEST_F(EventFormatTest, WritesTheOtherKinds) {
  EXPECT_EQ(ndjson(run::StartedEvent{.version = "1"}),
            "{\"seq\":7,\"type\":\"started\",\"version\":\"1\"}\n");
  EXPECT_EQ(ndjson(run::StoppingEvent{.cause = run::Cause::kStop}),
            "{\"seq\":7,\"type\":\"stopping\",\"cause\":\"stop\"}\n");
  EXPECT_EQ(
      ndjson(run::TruncatedEvent{.missing_bytes = 9, .last_seq = 7}),
      "{\"seq\":7,\"type\":\"truncated\",\"stream\":null,\"missing_bytes\":9,\"last_seq\":7}\n");
  EXPECT_EQ(ndjson(run::CompileEvent{}),
            "{\"seq\":7,\"type\":\"compile\",\"exit_code\":null,\"stdout\":\"\",\"stderr\":\"\","
            "\"ms\":0.0,\"cached\":false}\n");
}

TEST_F(EventFormatTest, FinishesWithTheRunButNotItsOutput) {
  auto snapshot = std::make_shared<run::RunSnapshot>();
  snapshot->id = "r_1";
  const std::string text = sse(run::FinishedEvent{.snapshot = snapshot});
  EXPECT_TRUE(text.starts_with("id: 7\nevent: finished\ndata: {\"id\":\"r_1\","));
  EXPECT_TRUE(text.ends_with("}\n\n"));
  EXPECT_EQ(text.find("\"stdout\":"), std::string::npos);
  EXPECT_NE(text.find("\"encoding\":"), std::string::npos);
}

}  // namespace
}  // namespace leash::http
