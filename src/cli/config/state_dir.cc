#include "cli/config/state_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "http/json_text.h"
#include "sys/file.h"

namespace leash::cli {
namespace {

constexpr const char* kTokenFile = "token";
constexpr std::size_t kMaxToken = 1024;

base::Result<std::array<char, 32>> random_bytes() {
  std::array<char, 32> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return base::system_error("getrandom");
  }
  return bytes;
}

/// RFC 4648 section 5, without padding: it is part of the ready link.
std::string to_base64url(std::string_view bytes) {
  std::string text;
  http::append_base64(text, bytes);
  text.erase(text.find_last_not_of('=') + 1);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

base::Result<std::string> read_token(int directory) {
  auto file = sys::open_at(directory, kTokenFile, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file) return file.error();
  struct stat info {};
  if (::fstat(file->get(), &info) != 0) return base::system_error("fstat", kTokenFile);
  if (!S_ISREG(info.st_mode)) return base::plain_error("read", kTokenFile, "is no regular file");
  if (info.st_uid != ::geteuid() || (info.st_mode & 077U) != 0) {
    return base::plain_error(
        "read", kTokenFile,
        "others can read the token: make it yours with mode 0600, or remove it");
  }
  auto text = sys::read_from_start(file->get(), kTokenFile);
  if (!text) return text.error();
  if (text->empty()) return base::Error("read", kTokenFile, ENOENT, "nothing is in it yet");
  text->erase(text->find_last_not_of("\r\n \t") + 1);
  if (!is_token(*text)) {
    return base::plain_error("read", kTokenFile, "holds no token: remove it to get a new one");
  }
  return text;
}

/// Writes a new token, unless another start has done so by then. In its place at once, so that a
/// start that is killed leaves nothing but, at most, an empty file, which is filled by the next.
base::Result<void> make_token(int directory) {
  const auto secret = make_secret();
  if (!secret) return secret.error();
  auto file = sys::open_at(directory, kTokenFile, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (!file) return file.error();
  if (auto locked = sys::lock_file(file->get(), kTokenFile); !locked) return locked;
  const auto text = sys::read_from_start(file->get(), kTokenFile);
  if (!text) return text.error();
  if (!text->empty()) return {};
  if (auto written = sys::write_all(file->get(), *secret + '\n'); !written) return written;
  if (::fsync(file->get()) != 0) return base::system_error("fsync", kTokenFile);
  return {};
}

base::Result<void> make_folder(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return base::system_error("mkdir", path);
  return {};
}

/// The kernel's word for a link, "Not a directory", would lead nobody to it.
base::Error open_error(const std::string& path) {
  base::Error error = base::system_error("open the state folder", path);
  struct stat info {};
  if (error.number == ENOENT) {
    error.detail = "a server makes it at its first start; is --state-dir right?";
  } else if (::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode)) {
    error.number = 0;
    error.detail = "it is a symbolic link; name the folder itself";
    std::error_code failed;
    const auto target = std::filesystem::canonical(path, failed);
    if (!failed) error.detail += fmt::format(": {}", target.string());
  }
  return error;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kMaxToken &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

base::Result<sys::UniqueFd> open_state_dir(const std::string& path, IfMissing if_missing) {
  if (if_missing == IfMissing::kMake) {
    if (auto made = make_folder(path); !made) return made.error();
  }
  sys::UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.is_open()) return open_error(path);
  struct stat info {};
  if (::fstat(folder.get(), &info) != 0) return base::system_error("fstat", path);
  if (info.st_uid != ::geteuid()) {
    return base::plain_error(
        "use the state folder", path,
        fmt::format("it belongs to uid {}, not to uid {}", info.st_uid, ::geteuid()));
  }
  if ((info.st_mode & 022U) != 0) {
    return base::plain_error("use the state folder", path,
                             "others may write in it; make it private with chmod 700");
  }
  return folder;
}

base::Result<std::string> read_or_make_token(const Environment& environment, int state_dir) {
  if (const std::string* token = find_variable(environment, "LEASH_TOKEN")) {
    if (is_token(*token)) return *token;
    return base::plain_error("read", "LEASH_TOKEN",
                             "must be 1 to 1024 visible ASCII characters without blanks");
  }
  auto token = read_token(state_dir);
  if (token || token.error().number != ENOENT) return token;
  if (auto made = make_token(state_dir); !made) return made.error();
  return read_token(state_dir);
}

base::Result<std::string> make_secret() {
  const auto secret = random_bytes();
  if (!secret) return secret.error();
  return to_base64url({secret->data(), secret->size()});
}

std::optional<std::string> find_token_file(const std::string& state_dir) {
  const auto folder = sys::open_directory(state_dir);
  if (!folder) return std::nullopt;
  auto token = read_token(folder->get());
  if (!token) return std::nullopt;
  return *std::move(token);
}

}  // namespace leash::cli
