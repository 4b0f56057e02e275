#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "protocol/setup_step.h"
#include "sandbox/layer.h"

namespace leash::sandbox {

using protocol::SetupStep;

/// A process that is started ahead of its job, in the finished sandbox. See child/prestart.h.
struct PrestartEntry {
  const char* const* command = nullptr;
  const char* const* environment = nullptr;
  /// Beginnings of names: a job that sets such a variable to a value of its own is not for it.
  const char* const* start_variables = nullptr;
};

/// The commands of one language as the slot's init needs them: C strings that live as long as the
/// process whose memory the init is a copy of. Lists end with null.
struct ExecEntry {
  const char* const* compile = nullptr;  ///< Null: no compile step.
  const char* const* run = nullptr;
  const char* const* version = nullptr;
  const char* const* source_suffixes = nullptr;
  const char* const* artifacts = nullptr;
  const char* const* environment = nullptr;         ///< "NAME=value"
  const PrestartEntry* compile_prestart = nullptr;  ///< Null: not started ahead.
  const PrestartEntry* run_prestart = nullptr;
};

/// Paths inside a sandbox.
inline constexpr const char* kWorkPath = "/work";
inline constexpr const char* kResourcePath = "/opt/leash";

struct ExecCommand;

/// A warmed interpreter: a process forked from it stands in for an exec. Its last two are called in
/// that process, which has the rights of a run.
struct WarmProgram {
  void (*born)() = nullptr;     ///< In the init, first of all. Raw system calls only.
  void (*prepare)() = nullptr;  ///< Before there is a job: what can be done ahead.
  /// Descriptors 0, 1 and 2 are the program's and there are no others. Never returns.
  void (*become)(const ExecCommand& command) = nullptr;
};

/// All that the first process of a slot needs to know. Flat: it is read after clone, where nothing
/// may be allocated. The descriptors are inherited.
struct ChildPlan {
  int control = -1;  ///< Socket to the spawner; its end is the end of the slot.
  int status = -1;   ///< Socket to the server.
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  const int* attach = nullptr;  ///< Where it writes itself into its v1 leaves.
  std::size_t attach_count = 0;
  int box = -1;      ///< The slot's own tmpfs, a detached mount.
  int network = -1;  ///< A namespace that is as new; -1: one is made.
  /// Where the root template is seen by who clones: "/" if that is its own root.
  const char* root = nullptr;
  uid_t uid = 0;  ///< Also the gid.
  const sock_filter* filter = nullptr;
  std::uint16_t filter_size = 0;
  const ExecEntry* languages = nullptr;
  std::size_t language_count = 0;
  const WarmProgram* warm = nullptr;  ///< Null: programs are executed.
  /// Of one of the languages: started ahead, for a job of its step. Null: nothing is.
  const PrestartEntry* prestart = nullptr;
  LayerSet layers;
  bool probe = false;  ///< Try the layers from inside and report (ProbeReport) instead of a job.
};

}  // namespace leash::sandbox
