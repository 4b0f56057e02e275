#include "service/testing/history.h"

#include <boost/asio/io_context.hpp>
#include <utility>

#include "service/fake_catalog.h"
#include "service/testing/virtual_time.h"

namespace leash::service {

using base::Millis;
using run::Cause;
using run::State;

namespace {
constexpr std::array<const char*, 3> kKeys = {"a", "b", "c"};
constexpr std::size_t kMaxRunning = 2;
constexpr std::size_t kMaxQueued = 3;
constexpr Millis kRetainTime{5'000};
constexpr int kSteps = 40;

std::shared_ptr<const runtimes::Catalog> catalog() {
  // One language, whose version is any text: each history tries it out before it begins.
  static const auto kCatalog = [] {
    const auto both = fake_catalog();
    runtimes::Descriptor toy = both->languages()[*both->find("toy")];
    toy.version.pattern = "(.+)";
    return std::make_shared<const runtimes::Catalog>(
        std::move(runtimes::Catalog::make({toy}, {"toy"})).value());
  }();
  return kCatalog;
}
}  // namespace

History::History(std::uint64_t seed) : random_(seed) {
  VirtualTime::reset();
  service_ = std::make_unique<Service>(
      Service::Options{.max_running = kMaxRunning,
                       .max_queued = kMaxQueued,
                       .queue_wait = Millis(200),
                       .stop_confirm = Millis(50),
                       .drain = Millis(300),
                       .retain_time = kRetainTime,
                       .log_bounds = {.retain = base::Bytes{64}, .window = base::Bytes{64}}},
      loop_, executor_, catalog(), clock_);
  service_->probe_languages([] {});
  settle();
}

History::~History() = default;

std::string History::play() {
  for (int i = 0; i < kSteps && complaint_.empty(); ++i) one_step();
  if (complaint_.empty()) wind_down();
  return complaint_;
}

void History::one_step() {
  struct Weighted {
    std::size_t weight;
    Step step;
  };
  static constexpr std::array kChoices = {
      Weighted{14, &History::start},     Weighted{10, &History::stop},
      Weighted{5, &History::stop_key},   Weighted{4, &History::remove},
      Weighted{8, &History::leave},      Weighted{10, &History::read},
      Weighted{40, &History::drive},     Weighted{30, &History::come_round},
      Weighted{14, &History::pass_time}, Weighted{1, &History::crash},
      Weighted{1, &History::shut_down},
  };
  std::size_t sum = 0;
  for (const Weighted& choice : kChoices) sum += choice.weight;
  std::size_t drawn = below(sum);
  for (const Weighted& choice : kChoices) {
    if (drawn < choice.weight) {
      may_store_.clear();
      (this->*choice.step)();
      return look_at_all();
    }
    drawn -= choice.weight;
  }
}

// --- clients -------------------------------------------------------------------------------------

void History::start() {
  RunRequest request{.language = "toy", .code = "1"};
  if (below(2) == 0) request.key = any_key();
  request.keep = below(5) != 0;
  if (below(2) == 0) request.disconnect_grace = Millis(20);
  if (below(4) == 0) request.on_disconnect = OnDisconnect::kDetach;
  const bool replaces = request.key && service_->find_by_key(tenant_, *request.key) != nullptr;
  if (replaces) may_store_.insert(Cause::kReplaced);
  const auto figures = service_->figures();
  const bool full = figures.running >= kMaxRunning && figures.queued >= kMaxQueued;
  const auto mode =
      std::array{AnswerMode::kJson, AnswerMode::kStream, AnswerMode::kAsync}[below(3)];
  say("start" + (request.key ? " with key " + *request.key : std::string()));
  auto started = service_->start(tenant_, std::move(request), mode);
  if (!started) {
    say("  refused: " + started.error().detail);
    return require(full || shutting_down_, "a run was refused though there was room");
  }
  require(!shutting_down_, "a run was started in a shutdown");
  ledgers_.push_back(
      std::make_unique<RunLedger>(static_cast<int>(ledgers_.size()), std::move(*started)));
  RunLedger* ledger = ledgers_.back().get();
  if (mode != AnswerMode::kAsync) attached_.push_back({ledger, service_->attach(ledger->record())});
  ledger->open_reader(0);
}

void History::stop() {
  RunLedger* ledger = any_run();
  if (ledger == nullptr) return;
  const Millis grace(std::array{0, 0, 30, 500}[below(4)]);
  say("stop run " + std::to_string(ledger->number()) + ", grace " + std::to_string(grace.count()));
  may_store_.insert(Cause::kStop);
  service_->stop(ledger->record(), grace, ledger->expect_stop_answer());
  require(ledger->run().snapshot().cause != Cause::kNone, "a stop left a run without a cause");
}

void History::stop_key() {
  const std::string key = any_key();
  const RecordPtr holder = service_->find_by_key(tenant_, key);
  if (holder == nullptr) return;
  require(!holder->run->finished(), "a finished run holds key " + key);
  for (const auto& ledger : ledgers_) {
    if (ledger->record() != holder) continue;
    say("stop key " + key + ", run " + std::to_string(ledger->number()));
    may_store_.insert(Cause::kStop);
    service_->stop(holder, Millis(0), ledger->expect_stop_answer());
  }
}

void History::remove() {
  RunLedger* ledger = any_run();
  if (ledger == nullptr) return;
  say("remove run " + std::to_string(ledger->number()));
  may_store_.insert(Cause::kStop);
  ++calls_owed_;
  service_->remove(ledger->record(), [this, ledger] {
    --calls_owed_;
    require(ledger->finished(), "removed before its end");
    require(service_->find(tenant_, ledger->run().id()) == nullptr, "removed and still there");
  });
}

void History::leave() {
  if (attached_.empty()) return;
  const auto place = attached_.begin() + static_cast<std::ptrdiff_t>(below(attached_.size()));
  Attached attached = std::move(*place);
  attached_.erase(place);
  const std::string number = std::to_string(attached.ledger->number());
  if (attached.ledger->finished()) {
    say("the end of run " + number + " is delivered");
    attached.attachment.release();
    return service_->delivered(attached.ledger->record());
  }
  say("the reader of run " + number + " leaves");
  may_store_.insert(Cause::kClientDisconnected);
  attached.attachment.leave();
}

void History::read() {
  RunLedger* ledger = any_run();
  if (ledger == nullptr) return;
  if (below(4) == 0) return ledger->open_reader(below(ledger->run().log()->last_seq() + 1));
  if (ledger->readers() > 0) ledger->read(below(ledger->readers()), 1 + below(4));
}

// --- the operator and the world ------------------------------------------------------------------

void History::shut_down() {
  say("shut down");
  if (shutting_down_) may_store_.insert(Cause::kShutdown);
  shutting_down_ = true;
  ++calls_owed_;
  service_->shut_down([this] { --calls_owed_; });
}

void History::crash() {
  say("the spawner is lost");
  may_store_.insert(Cause::kServerLost);
  for (const run::RunPtr& run : executor_.launched_) {
    if (!run->finished()) run->cancel(Cause::kServerLost);
  }
}

void History::pass_time() {
  const Millis by(std::array{1, 10, 60, 250}[below(4)]);
  say("time goes on by " + std::to_string(by.count()) + " ms");
  VirtualTime::advance(by, loop_);
}

void History::come_round() {
  say("the loop comes round");
  // Whatever a timer or an earlier step has posted.
  may_store_ = {Cause::kQueueLimit, Cause::kClientDisconnected, Cause::kShutdown};
  loop_.restart();
  loop_.poll_one();
}

// --- the end -------------------------------------------------------------------------------------

void History::wind_down() {
  may_store_ = {Cause::kShutdown, Cause::kQueueLimit, Cause::kClientDisconnected, Cause::kExit,
                Cause::kStop};
  say("all is wound up");
  for (Attached& attached : attached_) attached.attachment.release();
  shut_down();
  shut_down();
  for (int i = 0; i < 8; ++i) {
    for (const run::RunPtr& run : executor_.launched_) {
      if (!run->finished()) run->cancel(Cause::kShutdown), run->finish({});
    }
    VirtualTime::advance(Millis(1'000), loop_);
    settle();
  }
  look_at_all();
  const auto figures = service_->figures();
  require(figures.running == 0 && figures.queued == 0, "places are not given back");
  require(calls_owed_ == 0, std::to_string(calls_owed_) + " calls are not answered");
  for (const char* key : kKeys) {
    require(service_->find_by_key(tenant_, key) == nullptr, "a key is held by nobody");
  }
  VirtualTime::advance(kRetainTime, loop_);
  settle();
  require(service_->figures().records == 0, "records outlive their time");
  for (const auto& ledger : ledgers_) {
    ledger->close();
    require(ledger->complaint().empty(), ledger->complaint());
  }
}

void History::settle() {
  loop_.restart();
  loop_.poll();
}

void History::look_at_all() {
  for (const auto& ledger : ledgers_) {
    ledger->look(may_store_);
    require(ledger->complaint().empty(), ledger->complaint());
  }
}

std::size_t History::below(std::size_t bound) {
  // Not std::uniform_int_distribution, whose numbers differ between libraries.
  return static_cast<std::size_t>(random_() % bound);
}

RunLedger* History::any_run() {
  return ledgers_.empty() ? nullptr : ledgers_[below(ledgers_.size())].get();
}

std::string History::any_key() {
  return kKeys[below(kKeys.size())];
}

void History::say(const std::string& what) {
  trace_ += what + '\n';
}

void History::require(bool holds, const std::string& rule) {
  if (!holds && complaint_.empty()) complaint_ = rule;
}

}  // namespace leash::service
