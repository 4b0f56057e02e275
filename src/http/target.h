#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leash::http {

/// A request target, taken apart. Segments are decoded one by one after the path was split, so an
/// encoded slash stays inside its segment; nothing is normalised: "//", "." and ".." are segments
/// like others, which no route has. A plain value.
struct Target {
  std::vector<std::string> segments;  ///< "/" has one, which is empty.
  std::vector<std::pair<std::string, std::string>> query;
  std::string path;  ///< As it was sent, without the query.

  /// The value of a query parameter; the empty text if it has none ("?eof"). None if absent.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

/// None if it is not an origin-form of RFC 9112, but for a query as browsers send it, or holds a
/// malformed escape or, in the query, one of NUL. A segment with a NUL is not decoded.
[[nodiscard]] std::optional<Target> parse_target(std::string_view text);

}  // namespace leash::http
