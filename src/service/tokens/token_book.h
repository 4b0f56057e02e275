#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "async/fd_watch.h"
#include "service/tokens/token_file.h"

namespace leash::service {

/// The tokens that a running server takes, besides the admin's: what stands in the token file now.
///
/// Each look-up asks the kernel whether the file has changed (one fstat) and reads it again if so:
/// a token that was added works, and one that was removed does not, from the next request on.
/// A change is also noticed without any request, so that `removed` is called soon for a tenant
/// whose token is gone. If the file cannot be read any more the last good state holds, and
/// `failed` is told. Confined to the loop.
class TokenBook {
 public:
  struct Hooks {
    std::function<void(const Tenant&)> removed;
    std::function<void(const base::Error&)> failed;
  };
  /// Reads the file for the first time. Needs the right to open it once more; the look-ups do not.
  [[nodiscard]] static base::Result<std::unique_ptr<TokenBook>> open(boost::asio::io_context& loop,
                                                                     TokenFile file, Hooks hooks);
  ~TokenBook();
  TokenBook(const TokenBook&) = delete;
  TokenBook& operator=(const TokenBook&) = delete;
  TokenBook(TokenBook&&) = delete;
  TokenBook& operator=(TokenBook&&) = delete;

  /// The tenant of this token.
  [[nodiscard]] std::optional<Tenant> find(std::string_view token);

 private:
  /// By which a change of the file is seen. It only grows, so its size would nearly do.
  struct Mark {
    std::int64_t size = -1;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
  };
  TokenBook(boost::asio::io_context& loop, TokenFile file, sys::UniqueFd notices, Hooks hooks);
  [[nodiscard]] base::Result<Mark> look() const;
  base::Result<void> refresh();
  void await_change();

  TokenFile file_;
  sys::UniqueFd notices_;  ///< inotify.
  Hooks hooks_;
  Mark mark_;
  std::vector<TokenEntry> entries_;
  async::FdWatch watch_;
};

}  // namespace leash::service
