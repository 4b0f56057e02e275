#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/tokens/token_list.h"
#include "sys/fd.h"

namespace leash::service {

/// The file `tokens` of a state folder (mode 0600), which `leash token` adds lines to and a server
/// reads, whatever rights the server has given up since it opened it. One thread.
///
/// Writers take a lock (flock) and add one line with one write; readers need none. See
/// token_list.h.
class TokenFile {
 public:
  enum class For : std::uint8_t { kReading, kWriting };
  /// Opens it, made anew if it is not there. One that is somebody else's, or that others may read,
  /// is refused.
  [[nodiscard]] static base::Result<TokenFile> open(int state_dir, For what);

  [[nodiscard]] base::Result<std::vector<TokenEntry>> read() const;
  /// An error if there is a token of this name already.
  [[nodiscard]] base::Result<void> add(const TokenEntry& entry);
  /// An error if there is none.
  [[nodiscard]] base::Result<void> remove(const std::string& name);

  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  explicit TokenFile(sys::UniqueFd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] base::Result<std::vector<TokenEntry>> lock_and_read();
  [[nodiscard]] base::Result<void> append(const std::string& line);

  sys::UniqueFd fd_;
};

}  // namespace leash::service
