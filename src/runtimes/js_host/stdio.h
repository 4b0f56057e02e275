#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leash::js_host {

/// Writes all of it before returning: nothing is held back, so a line is out when it was printed.
/// Waits when the descriptor is non-blocking and full. If nobody reads any more (EPIPE) the process
/// ends as SIGPIPE would have ended it; a descriptor that is closed here swallows the text.
void write_all(int fd, std::string_view text);

/// Reads a descriptor by lines. One object a process, for stdin; blocks the calling thread.
class LineReader {
 public:
  explicit LineReader(int fd) : fd_(fd) {}

  /// The next line without its "\n" or "\r\n", or nothing at the end.
  std::optional<std::string> read_line();
  /// Everything that is left.
  std::string read_all();

 private:
  bool fill();  ///< False at the end of the input.
  std::string take_rest();

  const int fd_;
  std::string buffer_;
  std::size_t start_ = 0;  ///< What lies before it in buffer_ was handed out.
};

/// Opens /dev/null in place of a closed stdin, stdout or stderr, so that no file of the engine ever
/// gets one of these numbers. To be called before anything else is opened.
void open_missing_stdio();

}  // namespace leash::js_host
