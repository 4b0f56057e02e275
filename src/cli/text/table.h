#pragma once

#include <string>
#include <vector>

namespace leash::cli {

/// Rows in aligned columns, two spaces apart, without blanks at line ends. Widths are counted in
/// UTF-8 characters. Control characters are shown as '?', so that a value which came over the
/// network cannot steer the terminal.
class Table {
 public:
  explicit Table(std::vector<std::string> heading);

  /// A row has as many cells as the heading, or fewer.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  /// The heading and the rows, each line ended by a newline.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// `text` with control characters as '?': for one line on a terminal.
[[nodiscard]] std::string printable(std::string text);

}  // namespace leash::cli
