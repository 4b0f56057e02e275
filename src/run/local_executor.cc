#include "run/local_executor.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cassert>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "run/local/helper_process.h"
#include "run/local/local_run.h"
#include "run/local/spawner_client.h"

namespace leash::run {
namespace {

constexpr std::chrono::seconds kHelloPatience{30};
constexpr std::chrono::seconds kEndPatience{15};

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

/// Everything but `options_`, `state_mutex_` and what it guards is confined to the loop.
class LocalExecutor::Impl {
 public:
  explicit Impl(Options options)
      : options_(std::move(options)),
        clock_(options_.clock != nullptr ? *options_.clock : system_clock_),
        loop_(options_.loop != nullptr ? *options_.loop : own_loop_) {}

  base::Result<void> start() {
    const std::scoped_lock lock(state_mutex_);
    if (started_) return {};
    sys::UniqueFd socket = std::move(options_.spawner_socket);
    if (!socket.is_open()) {
      const std::string& program = options_.spawner_program;
      auto helper = HelperProcess::start({.program = program,
                                          .state_dir = options_.state_dir,
                                          .resources = program.substr(0, program.rfind('/'))});
      if (!helper) return helper.error();
      socket = std::move(helper->socket);
      helper_.emplace(std::move(helper->process));
    }
    auto client = std::make_unique<SpawnerClient>(loop_, std::move(socket), [this] { on_lost(); });
    const auto hello = client->wait_for_hello(kHelloPatience);
    if (!hello) {
      client.reset();
      if (helper_) static_cast<void>(helper_->wait(kEndPatience));
      helper_.reset();
      return hello.error();
    }
    if (hello->catalog_fingerprint != options_.catalog->fingerprint()) {
      return base::plain_error("start", "the spawner", "it has loaded other languages");
    }
    client_ = std::move(client);
    capabilities_ = capabilities_from(*hello);
    started_ = true;
    if (options_.loop == nullptr) {
      own_loop_.restart();
      work_.emplace(own_loop_.get_executor());
      thread_ = std::jthread([this] { own_loop_.run(); });
    }
    return {};
  }

  std::vector<base::Error> stop() {
    {
      const std::scoped_lock lock(state_mutex_);
      if (!started_) return {};
      started_ = false;  // from here on nothing new is taken
      capabilities_ = {};
    }
    std::vector<base::Error> errors;
    std::promise<void> idle;
    boost::asio::post(loop_, [this, &idle] {
      when_idle_ = [&idle] { idle.set_value(); };
      for (const auto& [id, driver] : drivers_) driver->run()->cancel(Cause::kShutdown);
      check_idle();
    });
    auto ended = idle.get_future();
    if (options_.loop == nullptr) {
      if (ended.wait_for(kEndPatience) != std::future_status::ready) {
        errors.push_back(base::plain_error("stop", "runs", "some did not end in time"));
      }
      work_.reset();
      own_loop_.stop();
      thread_.join();
    } else {
      run_foreign_loop(ended);
    }
    drivers_.clear();
    when_idle_ = nullptr;
    client_.reset();  // the spawner ends when its socket does
    if (helper_) {
      if (auto waited = helper_->wait(kEndPatience); !waited) errors.push_back(waited.error());
      helper_.reset();
    }
    return errors;
  }

  void launch(RunPtr run) {
    boost::asio::post(loop_, [this, run = std::move(run)]() mutable { begin(std::move(run)); });
  }

  Capabilities capabilities() const {
    const std::scoped_lock lock(state_mutex_);
    return capabilities_;
  }

  void post(std::function<void()> work) { boost::asio::post(loop_, std::move(work)); }
  const base::Clock& clock() const { return clock_; }

 private:
  void begin(RunPtr run) {
    const std::string id = run->id();
    if (!client_) {
      static_cast<void>(run->starting());
      run->cancel(Cause::kSetupError);
      return run->finish({.setup_error = "the executor is stopped"});
    }
    auto driver =
        std::make_unique<LocalRun>(LocalRun::Environment{.loop = &loop_,
                                                         .spawner = client_.get(),
                                                         .clock = &clock_,
                                                         .catalog = options_.catalog.get(),
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

  /// The owner's loop may be running elsewhere, or may have ended: then it is run here.
  void run_foreign_loop(std::future<void>& ended) {
    const auto deadline = std::chrono::steady_clock::now() + kEndPatience;
    while (ended.wait_for(std::chrono::milliseconds(0)) != std::future_status::ready &&
           std::chrono::steady_clock::now() < deadline) {
      if (!loop_.stopped()) {
        if (ended.wait_for(std::chrono::milliseconds(5)) == std::future_status::ready) return;
        loop_.run_one_for(std::chrono::milliseconds(5));
      } else {
        loop_.restart();
      }
    }
  }

  Options options_;
  base::SystemClock system_clock_;
  const base::Clock& clock_;
  boost::asio::io_context own_loop_{1};
  boost::asio::io_context& loop_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::optional<HelperProcess> helper_;
  std::unique_ptr<SpawnerClient> client_;
  std::map<std::string, std::unique_ptr<LocalRun>> drivers_;
  std::function<void()> when_idle_;
  mutable std::mutex state_mutex_;
  bool started_ = false;
  Capabilities capabilities_;
  std::jthread thread_;
};

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
