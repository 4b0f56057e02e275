#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace leash::protocol {

/// A job as it travels in a sealed memfd: files, arguments, environment. The same form carries the
/// artifacts of a compile step back.
///
///   "LJOB" version:u32 files:u32 args:u32 env:u32 entry:u32
///   files × { path_size:u32 mode:u32 size:u64 path NUL content }
///   args  × { size:u32 text NUL }        env × { size:u32 "NAME=value" NUL }
///
/// Numbers are in the byte order of the machine, which is the same on both sides.
inline constexpr std::uint32_t kJobVersion = 1;
inline constexpr std::size_t kMaxJobSize = std::size_t{1} << 31;
inline constexpr std::uint32_t kMaxJobFiles = 1024;
inline constexpr std::uint32_t kMaxJobStrings = 4096;

/// Builds a job in memory. The caller has validated the paths; the reader does it again.
///
/// The contents of files are not copied, as they can be large: they must outlive the writer.
class JobWriter {
 public:
  /// The entry is the first file, unless set_entry() says another.
  void add_file(std::string_view path, std::uint32_t mode, std::string_view content);
  void set_entry(std::uint32_t file_index);
  void add_arg(std::string_view arg);
  void add_env(std::string_view name, std::string_view value);
  /// The whole job, as parts in their order. They live as long as the writer and the contents.
  [[nodiscard]] std::vector<std::string_view> parts();
  /// The same in one piece.
  [[nodiscard]] std::string take();

 private:
  struct File {
    std::string head;
    std::string_view content;
  };
  struct Counts {
    std::uint32_t files = 0;
    std::uint32_t args = 0;
    std::uint32_t env = 0;
    std::uint32_t entry = 0;
  };
  Counts counts_;
  std::string header_;
  std::vector<File> files_;
  std::string args_;
  std::string env_;
};

/// True for a path that stays below the folder it is relative to: not empty, not absolute, without
/// empty, "." or ".." parts and without NUL; at most 4,096 bytes. Allocates nothing.
[[nodiscard]] bool is_clean_path(std::string_view path);

/// Reads a job from memory that others may have written: every step is checked. It allocates
/// nothing and calls nothing, since a slot's init uses it after clone. All texts end with NUL and
/// point into the job.
class JobReader {
 public:
  struct File {
    std::string_view path;
    std::uint32_t mode = 0;
    std::string_view content;
  };

  explicit JobReader(std::string_view job) : rest_(job) {}

  /// First of all. False: not a job.
  [[nodiscard]] bool read_header();
  [[nodiscard]] std::uint32_t files() const { return files_; }
  [[nodiscard]] std::uint32_t args() const { return args_; }
  [[nodiscard]] std::uint32_t env() const { return env_; }
  [[nodiscard]] std::uint32_t entry() const { return entry_; }

  /// Then files() files, args() arguments and env() variables, in this order. False: broken.
  [[nodiscard]] bool read_file(File& file);
  [[nodiscard]] bool read_text(std::string_view& text);
  /// Nothing is left over.
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  [[nodiscard]] bool read_number(void* number, std::size_t size);
  [[nodiscard]] bool read_bytes(std::uint64_t size, std::string_view& bytes);
  [[nodiscard]] bool read_terminated(std::uint64_t size, std::string_view& text);

  std::string_view rest_;
  std::uint32_t files_ = 0;
  std::uint32_t args_ = 0;
  std::uint32_t env_ = 0;
  std::uint32_t entry_ = 0;
};

}  // namespace leash::protocol
