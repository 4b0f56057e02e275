#include "service/service_test.h"

namespace leash::service {
namespace {

using base::Millis;
using run::Cause;
using run::RunPtr;
using run::State;

TEST_F(ServiceTest, RunFromStartToEnd) {
  std::vector<std::string> finished;
  service_->on_run_finished([&](const Record& record) { finished.push_back(record.run->id()); });
  const RecordPtr record = start();
  EXPECT_TRUE(run::is_run_id(record->run->id()));
  EXPECT_EQ(service_->find(us_, record->run->id()), record);
  EXPECT_EQ(executor_.launched_.back(), record->run);
  EXPECT_EQ(service_->figures().running, 1U);
  FakeExecutor::end(record->run, 0, "1\n");
  settle();
  EXPECT_EQ(finished, std::vector{record->run->id()});
  EXPECT_EQ(service_->figures().running, 0U);
  EXPECT_EQ(service_->figures().records, 1U);
  EXPECT_EQ(service_->find(us_, record->run->id()), record);
}

TEST_F(ServiceTest, ForeignAndMalformedIdsAreUnknown) {
  const RecordPtr record = start();
  EXPECT_EQ(service_->find(them_, record->run->id()), nullptr);
  EXPECT_EQ(service_->find(us_, "../etc"), nullptr);
  EXPECT_TRUE(service_->list(them_, std::nullopt, 10, std::nullopt)->records.empty());
  EXPECT_EQ(service_->list(us_, State::kQueued, 10, std::nullopt)->records, std::vector{record});
}

TEST_F(ServiceTest, BadRequestsStartNothing) {
  EXPECT_EQ(refusal({.language = "toy"}).field, "code");
  EXPECT_EQ(refusal({.language = "nope", .code = "1"}).code, ProblemCode::kUnknownLanguage);
  EXPECT_EQ(service_->figures().records, 0U);
  EXPECT_TRUE(executor_.launched_.empty());
}

TEST_F(ServiceTest, FullQueueIsRefusedWithATimeToRetry) {
  make({.max_running = 1, .max_queued = 1});
  start();
  start();
  const Problem problem = refusal();
  EXPECT_EQ(problem.code, ProblemCode::kTooMany);
  EXPECT_GE(problem.retry_after_s, 1);
  EXPECT_EQ(service_->figures().records, 2U);
}

TEST_F(ServiceTest, TenantsCapIsRefusedWithATimeToRetry) {
  const Tenant capped{.name = "capped", .max_running = 1, .max_queued = 0};
  const auto ask = [&] {
    return service_->start(capped, {.language = "toy", .code = "1"}, AnswerMode::kJson);
  };
  const auto first = ask();
  ASSERT_TRUE(first);
  const auto second = ask();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ProblemCode::kTooMany);
  EXPECT_GE(second.error().retry_after_s, 1);
  start();
  FakeExecutor::end((*first)->run);
  settle();
  EXPECT_TRUE(ask());
}

TEST_F(ServiceTest, TenantWhoseTokenIsGoneHasNothingLeftThatRuns) {
  const RecordPtr ours = start();
  const RecordPtr finished = start();
  FakeExecutor::end(finished->run);
  const RecordPtr theirs =
      service_->start(them_, {.language = "toy", .code = "1"}, AnswerMode::kJson).value();
  service_->end_tenant(us_);
  EXPECT_EQ(cause(ours), Cause::kStop);
  EXPECT_EQ(cause(finished), Cause::kExit);
  EXPECT_EQ(cause(theirs), Cause::kNone);
}

TEST_F(ServiceTest, R9_NewerRunReplacesTheOlderOneOfItsKey) {
  const RecordPtr older = start_with_key("tab");
  FakeExecutor::begin(older->run);
  const RecordPtr newer = start_with_key("tab");
  EXPECT_EQ(cause(older), Cause::kReplaced);
  EXPECT_EQ(service_->find_by_key(us_, "tab"), newer);
  EXPECT_EQ(service_->find_by_key(them_, "tab"), nullptr);
  executor_.kill(older->run);
  settle();
  EXPECT_EQ(service_->find_by_key(us_, "tab"), newer);
  FakeExecutor::end(newer->run);
  EXPECT_EQ(service_->find_by_key(us_, "tab"), nullptr);
  settle();
  EXPECT_EQ(service_->find_by_key(us_, "tab"), nullptr);
}

TEST_F(ServiceTest, RapidReplacementsLeaveOneRunAndNoOtherIsExecuted) {
  make({.max_running = 1, .max_queued = 0});
  std::vector<RecordPtr> records;
  for (int i = 0; i < 50; ++i) records.push_back(start_with_key("tab"));
  EXPECT_EQ(service_->figures().queued, 1U);
  EXPECT_EQ(executor_.launched_.size(), 1U);
  executor_.kill(records.front()->run);
  settle();
  EXPECT_EQ(executor_.launched_.back(), records.back()->run);
  EXPECT_EQ(executor_.launched_.size(), 2U);
  for (std::size_t i = 0; i + 1 < records.size(); ++i) {
    EXPECT_TRUE(records[i]->run->finished());
    EXPECT_EQ(cause(records[i]), Cause::kReplaced);
  }
  EXPECT_EQ(service_->find_by_key(us_, "tab"), records.back());
}

TEST_F(ServiceTest, RefusedReplacementLeavesTheOlderRunAlone) {
  const RecordPtr older = start_with_key("tab");
  refusal({.language = "toy", .key = "tab"});
  EXPECT_EQ(cause(older), Cause::kNone);
  EXPECT_EQ(service_->find_by_key(us_, "tab"), older);
}

TEST_F(ServiceTest, RemoveEndsAndForgets) {
  const RecordPtr record = start();
  FakeExecutor::begin(record->run);
  int done = 0;
  service_->remove(record, [&] { ++done; });
  EXPECT_EQ(cause(record), Cause::kStop);
  settle();
  EXPECT_EQ(done, 0);
  executor_.kill(record->run);
  settle();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(service_->find(us_, record->run->id()), nullptr);
  service_->remove(record, [&] { ++done; });
  settle();
  EXPECT_EQ(done, 2);
}

TEST_F(ServiceTest, RunsThatAreNotKeptGoWhenTheyWereDelivered) {
  const RecordPtr kept = start();
  const RecordPtr record = start({.language = "toy", .code = "1", .keep = false});
  for (const RecordPtr& each : {kept, record}) {
    FakeExecutor::end(each->run);
    service_->delivered(each);
  }
  EXPECT_EQ(service_->find(us_, record->run->id()), nullptr);
  EXPECT_EQ(service_->find(us_, kept->run->id()), kept);
  settle();
  EXPECT_EQ(service_->figures().records, 1U);
  EXPECT_EQ(service_->figures().running, 0U);
}

TEST_F(ServiceTest, FinishedRecordsAreForgottenInTime) {
  make({.max_running = 2, .retain_time = Millis(5)});
  const RecordPtr record = start();
  const RecordPtr live = start();
  FakeExecutor::end(record->run);
  settle();
  clock_.advance(Millis(5));
  run_until([&] { return service_->figures().records == 1; });
  EXPECT_EQ(service_->find(us_, live->run->id()), live);
}

TEST_F(ServiceTest, UnavailableLanguageSaysWhy) {
  executor_.answers_probes_ = false;
  executor_.on_launch_ = [](const RunPtr& run) { FakeExecutor::end(run, 1); };
  make();
  const Problem problem = refusal();
  EXPECT_EQ(problem.code, ProblemCode::kUnknownLanguage);
  EXPECT_EQ(problem.field, "language");
  EXPECT_EQ(problem.detail, "toy is not available: not installed: /opt/toy");
  EXPECT_TRUE(service_->ready());
}

TEST_F(ServiceTest, UntestedLanguagesAreNotOfferedYet) {
  executor_.answers_probes_ = false;
  make();
  EXPECT_FALSE(service_->ready());
  EXPECT_EQ(refusal().code, ProblemCode::kUnavailable);
  EXPECT_EQ(refusal().retry_after_s, 1);
}

TEST_F(ServiceTest, IncompleteSandboxRunsNothingAndSaysHowToMendIt) {
  executor_.capabilities_.layers[0].proved = false;
  EXPECT_FALSE(service_->ready());
  const Problem problem = refusal();
  EXPECT_EQ(problem.code, ProblemCode::kUnavailable);
  EXPECT_NE(problem.detail.find("seccomp"), std::string::npos);
  EXPECT_NE(problem.detail.find("use a newer kernel"), std::string::npos);
}

TEST_F(ServiceTest, LaunchThatFailsAtOnceIsAnOrdinaryEnd) {
  make({.max_running = 1});
  executor_.on_launch_ = [](const RunPtr& run) {
    run->cancel(Cause::kSetupError);
    run->finish({.setup_error = "mount"});
  };
  for (int i = 0; i < 3; ++i) start();
  settle();
  EXPECT_EQ(service_->figures().running, 0U);
  EXPECT_EQ(service_->figures().queued, 0U);
  EXPECT_EQ(executor_.launched_.size(), 3U);
}

TEST_F(ServiceTest, IncompleteSandboxIsTheReasonOfEveryLanguage) {
  executor_.capabilities_.layers[0].proved = false;
  executor_.answers_probes_ = false;
  make();
  EXPECT_TRUE(executor_.launched_.empty());
  for (const LanguageStatus& language : service_->languages()) {
    EXPECT_FALSE(language.available);
    EXPECT_FALSE(language.reason.empty());
  }
}

TEST_F(ServiceTest, ZeroMaxRunningMeansAsManyAsTheMachineCarries) {
  make({});
  EXPECT_GE(service_->options().max_running, 2U);
}

}  // namespace
}  // namespace leash::service
