#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/fd_watch.h"
#include "base/result.h"
#include "sandbox/launch.h"
#include "sys/fd.h"
#include "sys/pidfd.h"

namespace leash::spawner {

/// A warmed interpreter of one language, or a small process without one, from which slots are
/// forked. See src/zygote.
///
/// It is trusted: it has the spawner's rights and never runs what anybody sent. Blocks for the
/// milliseconds of a fork, and at most for a second. One thread. The destructor ends the process.
class Zygote {
 public:
  struct Program {
    std::string path;            ///< Inside the sandbox; it is looked up in the root template.
    std::uint32_t language = 0;  ///< kNoLanguage: its slots are for any command.
    std::vector<std::string> preload;  ///< Modules to import before it is warm.
  };
  /// Starts the program.
  /// Returns at once; `news` is called on the loop when slots can be forked, and with an error when
  /// they cannot, or cannot any more.
  [[nodiscard]] static base::Result<std::unique_ptr<Zygote>> start(
      boost::asio::io_context& loop, const sandbox::LaunchContext& context, const Program& program,
      std::function<void(base::Result<void>)> news);
  ~Zygote();
  Zygote(const Zygote&) = delete;
  Zygote& operator=(const Zygote&) = delete;
  Zygote(Zygote&&) = delete;
  Zygote& operator=(Zygote&&) = delete;

  /// The first process of a slot, which becomes a child of this process: for LaunchOptions::clone.
  /// An error that the zygote has answered with is that of one call, for instance a limit that was
  /// reached; after any other one it is_lost().
  [[nodiscard]] base::Result<sys::PidFd> fork_slot(const sandbox::ChildPlan& plan, int leaf);
  /// It has ended, or does not answer as agreed: no more slots can be forked.
  [[nodiscard]] bool is_lost() const { return is_lost_; }

 private:
  Zygote(boost::asio::io_context& loop, pid_t group, sys::PidFd process, sys::UniqueFd socket)
      : group_(group),
        process_(std::move(process)),
        socket_(std::move(socket)),
        watch_(loop, socket_.get()) {}
  /// The pidfd that comes with the answer; none with the first one.
  [[nodiscard]] base::Result<sys::UniqueFd> wait_for_answer(int patience_ms);
  [[nodiscard]] base::Error lose(base::Error why);
  void watch(std::function<void(base::Result<void>)> news);

  const pid_t group_;  ///< The process group of all that it has forked.
  sys::PidFd process_;
  sys::UniqueFd socket_;
  bool is_lost_ = false;
  async::FdWatch watch_;  ///< For its first answer, and for its end.
};

}  // namespace leash::spawner
