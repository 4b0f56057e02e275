#include "run/local_executor.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cassert>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "run/local/compile_cache.h"
#include "run/local/helper_process.h"
#include "run/local/local_run.h"
#include "run/local/newcomers.h"
#include "run/local/spawner_client.h"

namespace leash::run {
namespace {

constexpr std::chrono::seconds kHelloPatience{30};
constexpr std::chrono::seconds kEndPatience{15};
/// An owner whose loop does not come round for so long is taken for gone.
constexpr std::chrono::seconds kOwnerPatience{2};
constexpr std::chrono::milliseconds kOwnerCheck{10};

std::string_view mode_name(protocol::CgroupMode mode) {
  switch (mode) {
    case protocol::CgroupMode::kV1:
      return "v1";
    case protocol::CgroupMode::kV2:
      return "v2";
    case protocol::CgroupMode::kHybrid:
      return "hybrid";
    case protocol::CgroupMode::kNone:
      break;
  }
  return "none";
}

Capabilities capabilities_from(const protocol::Hello& hello) {
  Capabilities known{.executor = "local",
                     .cgroup_mode = std::string(mode_name(hello.cgroup_mode)),
                     .rootless = hello.rootless != 0,
                     .layers = {}};
  for (std::uint32_t i = 0; i < hello.layer_count; ++i) {
    const protocol::LayerStatus& layer = hello.layers.at(i);
    known.layers.push_back({.name = protocol::get_text(layer.name),
                            .required = layer.required != 0,
                            .proved = layer.proved != 0,
                            .detail = protocol::get_text(layer.detail),
                            .remedy = protocol::get_text(layer.remedy)});
  }
  return known;
}

}  // namespace

/// Confined to the loop, but for `options_`, for what the two mutexes guard, and for start() and
/// stop(), which are at it while nothing of ours is on the loop.
class LocalExecutor::Impl {
 public:
  explicit Impl(Options options)
      : options_(std::move(options)),
        clock_(options_.clock != nullptr ? *options_.clock : system_clock_),
        loop_(options_.loop != nullptr ? *options_.loop : own_loop_),
        compiled_(options_.compile_cache) {}

  base::Result<void> start() {
    const std::scoped_lock lifecycle(lifecycle_mutex_);
    if (is_started()) return {};
    auto socket = connect();
    if (!socket) return socket.error();
    auto client = std::make_unique<SpawnerClient>(loop_, std::move(*socket), [this] { on_lost(); });
    const auto hello = greet(*client);
    if (!hello) {
      client.reset();
      if (helper_) static_cast<void>(helper_->wait(kEndPatience));
      helper_.reset();
      return hello.error();
    }
    client_ = std::move(client);
    set_state(true, capabilities_from(*hello));
    if (options_.loop == nullptr) {
      own_loop_.restart();
      work_.emplace(own_loop_.get_executor());
      thread_ = std::jthread([this] { own_loop_.run(); });
    }
    return {};
  }

  std::vector<base::Error> stop() {
    const std::scoped_lock lifecycle(lifecycle_mutex_);
    if (!is_started()) return {};
    set_state(false, {});  // from here on nothing new is taken
    std::vector<base::Error> errors;
    const auto idle = std::make_shared<std::promise<void>>();
    boost::asio::post(loop_, [this, idle] {
      when_idle_ = [this, idle] {
        client_.reset();  // the spawner ends when its socket does
        idle->set_value();
      };
      for (const auto& [id, driver] : drivers_) driver->run()->cancel(Cause::kShutdown);
      check_idle();
    });
    auto ended = idle->get_future();
    const bool in_time = options_.loop == nullptr
                             ? ended.wait_for(kEndPatience) == std::future_status::ready
                             : wait_for_owner(ended);
    if (!in_time) errors.push_back(base::plain_error("stop", "runs", "some did not end in time"));
    if (options_.loop == nullptr) {
      work_.reset();
      own_loop_.stop();
      thread_.join();
    }
    // All gone already, unless that took too long: then the spawner has to see to it.
    drivers_.clear();
    when_idle_ = nullptr;
    client_.reset();
    if (helper_) {
      if (auto waited = helper_->wait(kEndPatience); !waited) errors.push_back(waited.error());
      helper_.reset();
    }
    return errors;
  }

  void launch(RunPtr run) {
    {
      // Posted under the lock, so that a stop() that comes later finds it on the loop before it.
      const std::scoped_lock lock(state_mutex_);
      if (started_) {
        boost::asio::post(loop_, [this, run = std::move(run)]() mutable { begin(std::move(run)); });
        return;
      }
    }
    static_cast<void>(run->starting());
    run->cancel(Cause::kSetupError);
    run->finish({.setup_error = "the executor is stopped"});
  }

  Capabilities capabilities() const {
    const std::scoped_lock lock(state_mutex_);
    return capabilities_;
  }

  CompileCacheFigures compile_cache() const { return compiled_.figures(); }

  void post(std::function<void()> work) { boost::asio::post(loop_, std::move(work)); }
  const base::Clock& clock() const { return clock_; }

 private:
  bool is_started() const {
    const std::scoped_lock lock(state_mutex_);
    return started_;
  }

  void set_state(bool started, Capabilities capabilities) {
    const std::scoped_lock lock(state_mutex_);
    started_ = started;
    capabilities_ = std::move(capabilities);
  }

  /// The socket that was given, or that of a helper that is started now.
  base::Result<sys::UniqueFd> connect() {
    if (options_.spawner_socket.is_open()) return std::move(options_.spawner_socket);
    const std::string& program = options_.spawner_program;
    if (program.empty()) {
      return base::plain_error("start", "the spawner",
                               "the connection to it was used up by a stop");
    }
    auto helper = HelperProcess::start({.program = program,
                                        .state_dir = options_.state_dir,
                                        .resources = program.substr(0, program.rfind('/'))});
    if (!helper) return helper.error();
    helper_.emplace(std::move(helper->process));
    return std::move(helper->socket);
  }

  base::Result<protocol::Hello> greet(SpawnerClient& client) const {
    auto hello = client.wait_for_hello(kHelloPatience);
    if (hello && hello->catalog_fingerprint != options_.catalog->fingerprint()) {
      return base::plain_error("start", "the spawner", "it has loaded other languages");
    }
    return hello;
  }

  void begin(RunPtr run) {
    const std::string id = run->id();
    auto driver =
        std::make_unique<LocalRun>(LocalRun::Environment{.loop = &loop_,
                                                         .spawner = client_.get(),
                                                         .clock = &clock_,
                                                         .catalog = options_.catalog.get(),
                                                         .compiled = &compiled_,
                                                         .newcomers = &newcomers_,
                                                         .version = options_.version},
                                   std::move(run), [this, id] {
                                     // Posted: the driver is still in a call of its own.
                                     boost::asio::post(loop_, [this, id] {
                                       drivers_.erase(id);
                                       check_idle();
                                     });
                                   });
    LocalRun& begun = *driver;
    drivers_[id] = std::move(driver);
    begun.start();
  }

  void check_idle() {
    if (drivers_.empty() && when_idle_) std::exchange(when_idle_, nullptr)();
  }

  void on_lost() {
    for (const auto& [id, driver] : drivers_) driver->run()->cancel(Cause::kServerLost);
    if (options_.on_spawner_lost) options_.on_spawner_lost();
  }

  /// Waits for the owner's loop to come to the end of it; runs it here if nobody else does: in the
  /// owner's own thread, after the loop has ended, or if it does not come round for too long. There
  /// is no event for the end of a loop, so that is looked for now and then.
  bool wait_for_owner(std::future<void>& ended) {
    using std::chrono::steady_clock;
    const auto is_over = [&ended] {
      return ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    };
    const auto began = steady_clock::now();
    const auto deadline = began + kEndPatience;
    const auto came_round = std::make_shared<std::atomic<bool>>(false);
    boost::asio::post(loop_, [came_round] { *came_round = true; });
    bool here = loop_.get_executor().running_in_this_thread();
    while (!is_over() && steady_clock::now() < deadline) {
      here |= loop_.stopped() || (!*came_round && steady_clock::now() > began + kOwnerPatience);
      if (here) {
        if (loop_.stopped()) loop_.restart();
        loop_.run_one_until(deadline);
      } else {
        static_cast<void>(ended.wait_for(kOwnerCheck));
      }
    }
    return is_over();
  }

  Options options_;
  base::SystemClock system_clock_;
  const base::Clock& clock_;
  boost::asio::io_context own_loop_{1};
  boost::asio::io_context& loop_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::mutex lifecycle_mutex_;  ///< start() and stop(), one at a time.
  std::optional<HelperProcess> helper_;
  std::unique_ptr<SpawnerClient> client_;
  CompileCache compiled_;
  Newcomers newcomers_{clock_};
  std::map<std::string, std::unique_ptr<LocalRun>> drivers_;
  std::function<void()> when_idle_;
  mutable std::mutex state_mutex_;
  bool started_ = false;
  Capabilities capabilities_;
  std::jthread thread_;
};

base::Result<LocalExecutor::Options> LocalExecutor::installed(const std::string& resources,
                                                              std::string state_dir) {
  auto catalog = runtimes::load_catalog(resources + "/runtimes");
  if (!catalog) return catalog.error();
  return Options{.spawner_program = resources + "/leash-spawner",
                 .state_dir = std::move(state_dir),
                 .catalog = std::make_shared<const runtimes::Catalog>(*std::move(catalog))};
}

LocalExecutor::LocalExecutor(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}

LocalExecutor::~LocalExecutor() {
  static_cast<void>(impl_->stop());  // whoever wants to know calls stop()
}

base::Result<void> LocalExecutor::start() {
  return impl_->start();
}
std::vector<base::Error> LocalExecutor::stop() {
  return impl_->stop();
}
Capabilities LocalExecutor::capabilities() const {
  return impl_->capabilities();
}
CompileCacheFigures LocalExecutor::compile_cache() const {
  return impl_->compile_cache();
}
void LocalExecutor::launch(RunPtr run) {
  impl_->launch(std::move(run));
}
const base::Clock& LocalExecutor::clock() const {
  return impl_->clock();
}
void LocalExecutor::post(std::function<void()> work) {
  impl_->post(std::move(work));
}

}  // namespace leash::run
