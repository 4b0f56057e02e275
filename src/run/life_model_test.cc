// Every interleaving of everybody who has to do with one run, over the real Life: the client, the
// clocks, the queue, the executor, the kernel, a crash. The rest of the world is a few flags that
// stand for what the real classes do (AdmissionQueue, LocalRun, SlotSession, Service).
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "run/life.h"

namespace leash::run {
namespace {

/// Who moves the run on now.
enum class Driver : char { kNobody, kLine, kTaken, kClaiming, kSlot, kGone };

struct World {
  Life life;
  Driver driver = Driver::kNobody;
  bool place = false;          ///< One of the service's places to run in.
  bool key = false;            ///< The key that it was started with.
  bool slot = false;           ///< A slot is ours.
  bool alive = false;          ///< There are processes in it.
  bool exited = false;         ///< The main process has said so.
  bool killed = false;         ///< The kill was written.
  bool news = false;           ///< A cancellation is on its way to the driver.
  bool grace = false;          ///< The stop gave one, and it is not over.
  bool claim = false;          ///< A claim is on its way to the spawner.
  bool compiles = false;       ///< There is a compile step to come.
  bool lost = false;           ///< The spawner has gone.
  unsigned callers = 0;        ///< Bits of `Caller`: who has not come yet.
  Cause first = Cause::kNone;  ///< Who came first, as the model saw it.
  std::string events;          ///< q, s, c(ause), F.

  [[nodiscard]] std::string key_of_state() const {
    std::string text = events + '|';
    for (const int part : {static_cast<int>(life.state()), static_cast<int>(life.cause()),
                           static_cast<int>(life.phase()), static_cast<int>(driver)}) {
      text += static_cast<char>('a' + part);
    }
    for (const bool flag :
         {place, key, slot, alive, exited, killed, news, grace, claim, compiles, lost}) {
      text += flag ? '1' : '0';
    }
    return text + std::to_string(callers) + static_cast<char>('a' + static_cast<int>(first));
  }
  [[nodiscard]] bool finished() const { return life.state() == State::kFinished; }
};

// --- what the classes around Life do ---------------------------------------------------------

void cancel(World& world, Cause cause) {
  const bool was_first = world.first == Cause::kNone;
  ASSERT_EQ(world.life.end(cause), was_first);
  if (!was_first) {
    if (world.grace && !is_own_end(cause)) world.news = true, world.grace = false;  // hurry
    return;
  }
  world.first = cause;
  if (!is_own_end(cause)) world.events += 'c';
  world.news = cause != Cause::kExit;
}

void finish(World& world) {
  world.life.finish();
  world.events += 'F';
  world.driver = Driver::kGone;
  world.slot = world.news = world.grace = false;
}

/// The driver hears of the cancellation.
void obey(World& world) {
  world.news = false;
  if (world.driver == Driver::kSlot) {
    world.killed = world.killed || !world.grace;
  } else {
    finish(world);  // nothing was executed, or what was has ended
  }
}

void on_empty(World& world) {
  world.alive = world.slot = world.killed = false;
  const bool succeeded = world.exited && world.life.cause() == Cause::kNone;
  if (world.compiles && succeeded) {
    world.compiles = world.exited = false;
    world.driver = Driver::kClaiming;
    world.claim = true;
    return;
  }
  if (world.first == Cause::kNone) cancel(world, Cause::kCompileError);
  finish(world);
}

// --- who may act -----------------------------------------------------------------------------

struct Caller {
  const char* name;
  Cause cause;
};
constexpr std::array kCallers = {
    Caller{"stop", Cause::kStop},
    Caller{"stop again", Cause::kStop},
    Caller{"leave", Cause::kClientDisconnected},
    Caller{"replace", Cause::kReplaced},
    Caller{"expire", Cause::kExpired},
    Caller{"shut down", Cause::kShutdown},
    Caller{"crash", Cause::kServerLost},
};

struct Action {
  std::string name;
  bool certain;  ///< Comes by itself, sooner or later, where it may: our code, the kernel, a clock.
  std::function<bool(const World&)> may;
  std::function<void(World&)> act;
};

std::vector<Action> make_actions() {
  using W = const World&;
  const auto in = [](W w, Driver driver) { return w.driver == driver; };
  std::vector<Action> actions = {
      {"admit", true, [=](W w) { return in(w, Driver::kNobody); },
       [](World& w) { w.driver = Driver::kLine, w.key = true, w.events += 'q'; }},
      {"launch", true,
       [=](W w) { return in(w, Driver::kLine) && w.life.state() == State::kQueued; },
       [](World& w) { w.driver = Driver::kTaken, w.place = true; }},
      {"drop from the line", true, [=](W w) { return in(w, Driver::kLine) && w.news; }, obey},
      {"queue limit", false, [=](W w) { return in(w, Driver::kLine) && !w.news; },
       [](World& w) { cancel(w, Cause::kQueueLimit); }},
      {"begin", true, [=](W w) { return in(w, Driver::kTaken); },
       [](World& w) {
         w.driver = Driver::kClaiming;
         w.claim = w.life.start();
       }},
      {"claimed", true, [](W w) { return w.claim && !w.lost; },
       [](World& w) {
         w.claim = false;
         if (w.driver != Driver::kClaiming) return;  // released at once: nobody wants it
         w.driver = Driver::kSlot;
         w.slot = w.alive = true;
         if (w.life.cause() != Cause::kNone) w.killed = true;
       }},
      {"claim fails", false, [](W w) { return w.claim; },
       [](World& w) {
         w.claim = false;
         if (w.driver == Driver::kClaiming && !w.finished())
           cancel(w, Cause::kSetupError), finish(w);
       }},
      {"claim is lost", true, [](W w) { return w.claim && w.lost; },
       [](World& w) {
         w.claim = false;
         if (w.driver == Driver::kClaiming && !w.finished())
           cancel(w, Cause::kSetupError), finish(w);
       }},
      {"obey", true, [=](W w) { return w.news && !in(w, Driver::kLine) && !in(w, Driver::kTaken); },
       obey},
      {"execute", false,
       [=](W w) {
         const Phase next = w.compiles ? Phase::kCompile : Phase::kRun;
         return w.alive && w.slot && !w.exited && w.life.phase() < next;
       },
       [](World& w) {
         if (w.life.execute(w.compiles ? Phase::kCompile : Phase::kRun)) w.events += 's';
       }},
      {"exit", false, [](W w) { return w.alive && !w.exited && w.life.phase() != Phase::kQueue; },
       [](World& w) {
         w.exited = true;
         if (!w.compiles) cancel(w, Cause::kExit);
         w.killed = true;  // whatever it left behind
       }},
      {"wall limit", false, [](W w) { return w.alive && !w.exited && !w.killed; },
       [](World& w) { cancel(w, Cause::kWallLimit); }},
      {"out of memory", false, [](W w) { return w.alive && !w.exited; },
       [](World& w) { cancel(w, Cause::kMemoryLimit); }},
      {"setup fails", false, [](W w) { return w.alive && w.life.phase() == Phase::kQueue; },
       [](World& w) { cancel(w, Cause::kSetupError); }},
      {"grace is over", true,
       [=](W w) { return w.grace && !w.news && in(w, Driver::kSlot) && !w.killed; },
       [](World& w) { w.grace = false, w.killed = true; }},
      {"empty", true, [](W w) { return w.killed && w.alive; }, on_empty},
      {"end comes round", true, [](W w) { return w.finished() && (w.place || w.key); },
       [](World& w) { w.place = w.key = false; }},
  };
  for (std::size_t i = 0; i < kCallers.size(); ++i) {
    const unsigned bit = 1U << i;
    actions.push_back({kCallers[i].name, false,
                       [bit, i, in](W w) {
                         const bool again = i == 1 && (w.callers & 1U) != 0;  // after the first
                         return (w.callers & bit) != 0 && !again && !in(w, Driver::kNobody);
                       },
                       [bit, i](World& w) {
                         w.callers &= ~bit;
                         if (kCallers[i].cause == Cause::kServerLost) w.lost = true;
                         const bool gives_grace = i == 0 && w.first == Cause::kNone;
                         if (!w.finished()) cancel(w, kCallers[i].cause);
                         if (gives_grace && !w.finished()) w.grace = true;
                       }});
  }
  return actions;
}

// --- what must hold --------------------------------------------------------------------------

void check(const World& world) {
  const std::string& events = world.events;
  const auto finals = std::count(events.begin(), events.end(), 'F');
  ASSERT_EQ(finals, world.finished() ? 1 : 0);
  ASSERT_TRUE(finals == 0 || events.back() == 'F');
  ASSERT_LE(std::count(events.begin(), events.end(), 's'), 1);
  ASSERT_EQ(world.life.cause(), world.first);
  ASSERT_EQ(world.life.cause() == Cause::kNone, world.life.state() < State::kStopping);
  ASSERT_EQ(std::count(events.begin(), events.end(), 'c'),
            world.first != Cause::kNone && !is_own_end(world.first) ? 1 : 0);
  ASSERT_EQ(world.alive, world.slot);
  if (world.finished()) {
    ASSERT_FALSE(world.slot || world.alive || world.news);
  }
}

class Explorer {
 public:
  /// Depth first. A world that is met again while it is being explored would be a run without end.
  void explore(const World& world) {
    const auto [place, is_new] = seen_.emplace(world.key_of_state(), true);
    if (!is_new) {
      ASSERT_FALSE(place->second) << "a cycle at " << place->first;
      return;
    }
    bool goes_on = false;
    bool goes_on_by_itself = false;
    for (const Action& action : actions_) {
      if (!action.may(world)) continue;
      World next = world;
      action.act(next);
      if (next.key_of_state() == place->first) continue;  // came too late to change anything
      ++steps_;
      goes_on = true;
      goes_on_by_itself |= action.certain;
      path_.push_back(action.name);
      check(next);
      if (::testing::Test::HasFatalFailure()) return;
      explore(next);
      if (::testing::Test::HasFatalFailure()) return;
      path_.pop_back();
    }
    // Whoever is being stopped needs nobody's good will to come to the end.
    const bool ended = world.life.cause() != Cause::kNone;
    ASSERT_TRUE(!ended || world.finished() || goes_on_by_itself) << place->first;
    if (!goes_on) {
      ++ends_;
      ASSERT_TRUE(world.finished() && !world.place && !world.key && !world.claim) << place->first;
    }
    place->second = false;
  }
  [[nodiscard]] std::string path() const {
    std::string text;
    for (const std::string& name : path_) text += name + ", ";
    return text;
  }
  std::size_t states() const { return seen_.size(); }
  std::size_t steps_ = 0;
  std::size_t ends_ = 0;

 private:
  const std::vector<Action> actions_ = make_actions();
  std::map<std::string, bool> seen_;  ///< And whether it is on the path now.
  std::vector<std::string> path_;
};

TEST(LifeModelTest, R69_EveryInterleavingEndsOnceLastWithTheFirstCauseAndLeavesNothing) {
  Explorer explorer;
  for (const bool compiles : {false, true}) {
    World world;
    world.compiles = compiles;
    world.callers = (1U << kCallers.size()) - 1;
    explorer.explore(world);
    ASSERT_FALSE(HasFatalFailure()) << "after: " << explorer.path();
  }
  std::printf("model of a run: %zu states, %zu steps, %zu ends\n", explorer.states(),
              explorer.steps_, explorer.ends_);
  EXPECT_GT(explorer.states(), 10'000U);
}

}  // namespace
}  // namespace leash::run
