#pragma once

#include <string_view>

namespace leash::cli {

/// One line on stderr that says what is being done, on a terminal only. It is gone at the end.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  Progress(Progress&&) = delete;
  Progress& operator=(Progress&&) = delete;

  void show(std::string_view text) const;
  void clear() const;

 private:
  bool on_terminal_;
};

}  // namespace leash::cli
