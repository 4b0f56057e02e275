#include "cli/session/limit_option.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/text/units.h"

namespace leash::cli {
namespace {

enum class Kind : std::uint8_t { kTime, kSize, kCount };

struct Limit {
  std::string_view option;
  std::string_view api;
  Kind kind;
  bool compile;
};

constexpr std::array<Limit, 9> kLimits = {{
    {"wall", "wall_ms", Kind::kTime, false},
    {"cpu", "cpu_ms", Kind::kTime, false},
    {"idle", "idle_ms", Kind::kTime, false},
    {"memory", "memory_bytes", Kind::kSize, false},
    {"tasks", "tasks", Kind::kCount, false},
    {"output", "output_bytes", Kind::kSize, false},
    {"disk", "disk_bytes", Kind::kSize, false},
    {"compile-wall", "wall_ms", Kind::kTime, true},
    {"compile-memory", "memory_bytes", Kind::kSize, true},
}};

base::Error bad(std::string_view text, std::string detail) {
  return base::plain_error("read the limit", std::string(text), std::move(detail));
}

base::Result<std::uint64_t> read_value(Kind kind, std::string_view text) {
  switch (kind) {
    case Kind::kTime: {
      const auto time = parse_millis(text, BareNumber::kRefused);
      if (!time) return time.error();
      return static_cast<std::uint64_t>(time->count());
    }
    case Kind::kSize: {
      const auto size = parse_bytes(text);
      if (!size) return size.error();
      return size->count;
    }
    case Kind::kCount:
      return parse_count(text);
  }
  return 0U;
}

base::Result<void> read_limit(std::string_view text, LimitOptions& options) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return bad(text, "must be NAME=VALUE, such as wall=2s");
  const std::string_view name = text.substr(0, equals);
  const auto limit = std::find_if(kLimits.begin(), kLimits.end(),
                                  [name](const Limit& one) { return one.option == name; });
  if (limit == kLimits.end()) {
    std::string names;
    for (const Limit& one : kLimits)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", one.option);
    return bad(text, fmt::format("there is no limit '{}', only {}", name, names));
  }
  const auto value = read_value(limit->kind, text.substr(equals + 1));
  if (!value) return bad(text, value.error().detail);
  (limit->compile ? options.compile_limits : options.limits)[std::string(limit->api)] = *value;
  return {};
}

}  // namespace

base::Result<void> read_limits(std::string_view text, LimitOptions& options) {
  while (true) {
    const std::size_t comma = text.find(',');
    if (auto read = read_limit(text.substr(0, comma), options); !read) return read;
    if (comma == std::string_view::npos) return {};
    text.remove_prefix(comma + 1);
  }
}

}  // namespace leash::cli
