#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/fake_catalog.h"
#include "service/fake_executor.h"
#include "service/loop_test.h"
#include "service/service.h"

namespace leash::service {

/// For tests: a service in front of a FakeExecutor, with all its languages available.
class ServiceTest : public LoopTest {
 protected:
  void make(Service::Options options = {.max_running = 2}) {
    service_ = std::make_unique<Service>(options, loop_, executor_, fake_catalog(), clock_);
    service_->probe_languages([] {});
    settle();
  }
  void SetUp() override { make(); }

  RecordPtr start(RunRequest request = {.language = "toy", .code = "1"},
                  AnswerMode mode = AnswerMode::kStream) {
    auto started = service_->start(us_, std::move(request), mode);
    EXPECT_TRUE(started) << started.error().detail;
    return std::move(started).value();
  }
  RecordPtr start_with_key(const std::string& key) {
    return start({.language = "toy", .code = "1", .key = key});
  }
  Problem refusal(RunRequest request = {.language = "toy", .code = "1"}) {
    auto started = service_->start(us_, std::move(request), AnswerMode::kJson);
    EXPECT_FALSE(started);
    return started.error();
  }
  static run::Cause cause(const RecordPtr& record) { return record->run->snapshot().cause; }

  const Tenant us_{.name = "us"};
  const Tenant them_{.name = "them"};
  FakeExecutor executor_{loop_, clock_};
  std::unique_ptr<Service> service_;
};

}  // namespace leash::service
