#pragma once

#include <string>
#include <string_view>

namespace leash::cli {

/// Colours for a terminal; plain text where the output is none, where NO_COLOR is set
/// (no-color.org) or the terminal is a dumb one.
class Colours {
 public:
  /// Decides for a descriptor, such as STDOUT_FILENO.
  [[nodiscard]] static Colours for_fd(int fd);
  explicit Colours(bool enabled) : enabled_(enabled) {}
  [[nodiscard]] bool enabled() const { return enabled_; }

  [[nodiscard]] std::string good(std::string_view text) const { return paint("32", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return paint("31", text); }
  [[nodiscard]] std::string weak(std::string_view text) const { return paint("2", text); }
  [[nodiscard]] std::string strong(std::string_view text) const { return paint("1", text); }

 private:
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const;

  bool enabled_;
};

}  // namespace leash::cli
