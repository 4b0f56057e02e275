#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leash::cli {

/// Cuts a byte stream that comes in pieces into lines, without their "\n" or "\r\n". Empty lines
/// are left out: in NDJSON they only keep a connection alive.
class LineSplitter {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }
  /// The next complete line, or none until more is fed.
  [[nodiscard]] std::optional<std::string> next();
  /// What has come of a line that is not complete.
  [[nodiscard]] std::string_view rest() const { return std::string_view(buffer_).substr(begin_); }

 private:
  std::string buffer_;
  std::size_t begin_ = 0;    ///< Of the next line.
  std::size_t scanned_ = 0;  ///< No line end before this.
};

}  // namespace leash::cli
