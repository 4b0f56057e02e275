#include "sandbox/child/command.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cstring>

#include "sandbox/child/raw.h"

namespace leash::sandbox {
namespace {

using protocol::JobReader;
using protocol::Step;

constexpr std::size_t kMaxArgv = 8192;
constexpr std::size_t kArenaSize = std::size_t{512} << 10;

// In .bss: pages of it are only made when they are touched.
const char* argv_storage[kMaxArgv];
const char* envp_storage[kMaxArgv];
char arena[kArenaSize];

/// A list of C strings that ends with null.
class List {
 public:
  explicit List(const char** storage) : storage_(storage) {}
  [[nodiscard]] bool add(const char* text) {
    if (size_ + 1 >= kMaxArgv) return false;
    storage_[size_++] = text;
    storage_[size_] = nullptr;
    return true;
  }

 private:
  const char** storage_;
  std::size_t size_ = 0;
};

std::size_t arena_used = 0;

/// "./" and the path, in the arena; null if it is full.
const char* dot_path(std::string_view path) {
  const std::size_t size = path.size() + 3;
  if (arena_used + size > kArenaSize) return nullptr;
  char* text = arena + arena_used;
  arena_used += size;
  text[0] = '.';
  text[1] = '/';
  std::memcpy(text + 2, path.data(), path.size());
  text[size - 1] = '\0';
  return text;
}

bool ends_with_one_of(std::string_view path, const char* const* suffixes) {
  for (; suffixes != nullptr && *suffixes != nullptr; ++suffixes) {
    if (path.ends_with(*suffixes)) return true;
  }
  return false;
}

bool add_path(List& argv, std::string_view path) {
  const char* text = dot_path(path);
  return text != nullptr && argv.add(text);
}

/// Walks over the files once more for a placeholder.
bool add_files(List& argv, std::string_view job_bytes, const ExecEntry& language, bool entry_only) {
  JobReader job(job_bytes);
  if (!job.read_header()) return false;
  for (std::uint32_t i = 0; i < job.files(); ++i) {
    JobReader::File file;
    if (!job.read_file(file)) return false;
    const bool wanted =
        entry_only ? i == job.entry() : ends_with_one_of(file.path, language.source_suffixes);
    if (wanted && !add_path(argv, file.path)) return false;
  }
  return true;
}

/// Positions a reader after the files; false if the job is broken.
bool skip_files(JobReader& job) {
  if (!job.read_header()) return false;
  JobReader::File file;
  for (std::uint32_t i = 0; i < job.files(); ++i) {
    if (!job.read_file(file)) return false;
  }
  return true;
}

bool add_args(List& argv, std::string_view job_bytes) {
  JobReader job(job_bytes);
  if (!skip_files(job)) return false;
  std::string_view text;
  for (std::uint32_t i = 0; i < job.args(); ++i) {
    if (!job.read_text(text) || !argv.add(text.data())) return false;
  }
  return true;
}

/// True if "NAME=…" in the job's environment replaces this default.
bool is_overridden(std::string_view variable, std::string_view job_bytes) {
  JobReader job(job_bytes);
  if (!skip_files(job)) return false;
  const std::string_view name = variable.substr(0, variable.find('=') + 1);
  std::string_view text;
  for (std::uint32_t i = 0; i < job.args() + job.env(); ++i) {
    if (!job.read_text(text)) return false;
    if (i >= job.args() && text.starts_with(name)) return true;
  }
  return false;
}

bool build_environment(const ExecEntry& language, std::string_view job_bytes, List& envp) {
  for (const char* const* variable = language.environment; *variable != nullptr; ++variable) {
    if (!is_overridden(*variable, job_bytes) && !envp.add(*variable)) return false;
  }
  JobReader job(job_bytes);
  if (!skip_files(job)) return false;
  std::string_view text;
  for (std::uint32_t i = 0; i < job.args() + job.env(); ++i) {
    if (!job.read_text(text)) return false;
    if (i >= job.args() && !envp.add(text.data())) return false;
  }
  return true;
}

const char* const* command_of(const ExecEntry& language, Step step) {
  switch (step) {
    case Step::kCompile:
      return language.compile;
    case Step::kRun:
      return language.run;
    case Step::kVersion:
      return language.version;
  }
  return nullptr;
}

/// Makes the folders of a path, those that are there already included.
long make_parents(std::string_view path) {
  char folder[4097];
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/') {
      folder[i] = '\0';
      const long made = raw::call(SYS_mkdir, raw::address(folder), 0755);
      if (made < 0 && made != -EEXIST) return made;
    }
    folder[i] = path[i];
  }
  return 0;
}

}  // namespace

long map_job(int fd, std::string_view& bytes) {
  struct stat info {};
  if (const long result = raw::call(SYS_fstat, fd, raw::address(&info)); result < 0) return result;
  const auto size = static_cast<std::size_t>(info.st_size);
  const long mapped =
      raw::call(SYS_mmap, 0, static_cast<long>(size), PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapped < 0 && mapped > -4096) return mapped;
  bytes = {reinterpret_cast<const char*>(mapped), size};
  return 0;
}

long unpack_files(std::string_view job_bytes) {
  JobReader job(job_bytes);
  if (!job.read_header()) return -EBADMSG;
  for (std::uint32_t i = 0; i < job.files(); ++i) {
    JobReader::File file;
    if (!job.read_file(file)) return -EBADMSG;
    if (const long made = make_parents(file.path); made < 0) return made;
    const long fd =
        raw::open_at(AT_FDCWD, file.path.data(),
                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.mode & 0777);
    if (fd < 0) return fd;
    const long written =
        raw::write_all(static_cast<int>(fd), file.content.data(), file.content.size());
    raw::close(static_cast<int>(fd));
    if (written < 0) return written;
  }
  return 0;
}

long build_command(const ExecEntry& language, Step step, std::string_view job,
                   ExecCommand& command) {
  const char* const* tokens = command_of(language, step);
  if (tokens == nullptr) return -ENOENT;
  List argv(argv_storage);
  for (; *tokens != nullptr; ++tokens) {
    const std::string_view token = *tokens;
    bool added = false;
    if (token == "{entry}") {
      added = add_files(argv, job, language, true);
    } else if (token == "{sources}") {
      added = add_files(argv, job, language, false);
    } else if (token == "{args}") {
      added = add_args(argv, job);
    } else {
      added = argv.add(*tokens);
    }
    if (!added) return -E2BIG;
  }
  List envp(envp_storage);
  if (!build_environment(language, job, envp)) return -E2BIG;
  command = {.argv = argv_storage, .envp = envp_storage};
  return argv_storage[0] == nullptr ? -ENOENT : 0;
}

}  // namespace leash::sandbox
