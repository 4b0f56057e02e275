#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "run/local_executor.h"
#include "sys/file.h"
#include "sys/pidfd.h"

namespace leash::run::testing {

/// For tests: a LocalExecutor with a spawner and a state folder of its own. Needs root, as the
/// product does.
class LocalKit {
 public:
  /// `state_dir`: where its executor is told to keep things; empty: in the folder of its own.
  explicit LocalKit(boost::asio::io_context* loop = nullptr, const std::string& state_dir = {}) {
    std::string path = "/tmp/leash-executor-test-XXXXXX";
    EXPECT_NE(::mkdtemp(path.data()), nullptr);
    state_dir_ = path;
    executor_ = std::make_unique<LocalExecutor>(
        LocalExecutor::Options{.loop = loop,
                               .spawner_program = LEASH_TEST_RESOURCES "/leash-spawner",
                               .state_dir = state_dir.empty() ? state_dir_ : state_dir,
                               .catalog = catalog()});
  }
  ~LocalKit() {
    executor_.reset();
    std::filesystem::remove_all(state_dir_);
  }
  LocalKit(const LocalKit&) = delete;
  LocalKit& operator=(const LocalKit&) = delete;
  LocalKit(LocalKit&&) = delete;
  LocalKit& operator=(LocalKit&&) = delete;

  LocalExecutor& executor() { return *executor_; }
  void destroy() { executor_.reset(); }

  static RunSpec script(const std::string& code, const std::string& marker = {}) {
    RunSpec spec{.language = "bash", .files = {{"main.sh", code}}, .entry = "main.sh"};
    if (!marker.empty()) spec.args = {marker};
    return spec;
  }

  /// The spawner dies, as by the kernel's OOM killer, with all that it had to tidy up.
  void break_cleanup() const {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
      std::ifstream children(entry.path() / "children");
      for (pid_t pid = 0; children >> pid;) {
        // One that ends just now cannot be read: it is none.
        const auto file = sys::read_file("/proc/" + std::to_string(pid) + "/cmdline");
        const std::string arguments = file ? *file : std::string();
        if (arguments.find(state_dir_) == std::string::npos) continue;
        EXPECT_TRUE(sys::PidFd::open(pid).value().signal(SIGKILL).has_value());
      }
    }
  }

 private:
  static std::shared_ptr<const runtimes::Catalog> catalog() {
    static const auto kCatalog = std::make_shared<const runtimes::Catalog>(
        std::move(runtimes::load_catalog(LEASH_TEST_RESOURCES "/runtimes").value()));
    return kCatalog;
  }

  std::string state_dir_;
  std::unique_ptr<LocalExecutor> executor_;
};

}  // namespace leash::run::testing
