#include "cli/text/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace leash::cli {
namespace {

/// Beyond this a double no longer holds every integer, and no limit is that large.
constexpr double kLargest = 9e15;

struct Quantity {
  double number = 0;
  std::string_view unit;
};

std::optional<Quantity> split(std::string_view text) {
  const std::size_t digits = text.find_first_not_of("0123456789.");
  const std::string_view number = text.substr(0, digits);
  Quantity quantity;
  if (digits != std::string_view::npos) quantity.unit = text.substr(digits);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), quantity.number);
  const bool whole = error == std::errc() && end == number.data() + number.size();
  if (!whole || !std::isfinite(quantity.number)) return std::nullopt;
  return quantity;
}

base::Error bad(std::string_view text, std::string_view wanted) {
  return base::plain_error("read", std::string(text), std::string(wanted));
}

}  // namespace

base::Result<base::Millis> parse_millis(std::string_view text, BareNumber bare) {
  static constexpr std::string_view kWanted = "must be a time such as 500ms, 2s, 3m or 1h";
  static constexpr std::array<std::pair<std::string_view, double>, 4> kUnits = {
      {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}}};
  const auto quantity = split(text);
  if (!quantity) return bad(text, kWanted);
  if (quantity->unit.empty()) {
    if (bare == BareNumber::kRefused) {
      return bad(text, fmt::format("needs a unit: {0}s or {0}ms", text));
    }
    const auto count = parse_count(text);
    if (!count) return bad(text, kWanted);
    if (static_cast<double>(*count) > kLargest) return bad(text, "is too large");
    return base::Millis(static_cast<std::int64_t>(*count));
  }
  for (const auto& [unit, factor] : kUnits) {
    if (quantity->unit != unit) continue;
    const double value = quantity->number * factor;
    if (value > kLargest) return bad(text, "is too large");
    return base::Millis(std::llround(value));
  }
  return bad(text, kWanted);
}

base::Result<base::Bytes> parse_bytes(std::string_view text) {
  static constexpr std::string_view kWanted = "must be a size such as 65536, 64K, 256M or 1G";
  const auto quantity = split(text);
  if (!quantity) return bad(text, kWanted);
  if (quantity->unit.empty()) {
    const auto count = parse_count(text);
    if (!count) return bad(text, kWanted);
    return base::Bytes{*count};
  }
  std::string_view unit = quantity->unit;
  double factor = 1;
  switch (unit.front()) {
    case 'k':
    case 'K':
      factor = 1024.0;
      break;
    case 'm':
    case 'M':
      factor = 1024.0 * 1024;
      break;
    case 'g':
    case 'G':
      factor = 1024.0 * 1024 * 1024;
      break;
    case 't':
    case 'T':
      factor = 1024.0 * 1024 * 1024 * 1024;
      break;
    case 'B':
      break;
    default:
      return bad(text, kWanted);
  }
  if (unit.front() != 'B') unit.remove_prefix(1);
  if (!unit.empty() && unit != "B" && !(unit == "iB" && factor > 1)) return bad(text, kWanted);
  const double value = quantity->number * factor;
  if (value > kLargest) return bad(text, "is too large");
  return base::Bytes{static_cast<std::uint64_t>(std::llround(value))};
}

base::Result<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return bad(text, "is too large");
  if (error != std::errc() || end != text.data() + text.size()) {
    return bad(text, "must be a whole number");
  }
  return value;
}

std::string show_duration(base::Micros time) {
  const double ms = static_cast<double>(time.count()) / 1e3;
  if (ms < 10) return fmt::format("{:.1f} ms", ms);
  if (ms < 999.5) return fmt::format("{:.0f} ms", ms);
  const double seconds = ms / 1e3;
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = std::llround(seconds);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string show_bytes(base::Bytes bytes) {
  static constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes.count);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  if (value == std::floor(value)) return fmt::format("{:.0f} {}", value, kUnits.at(unit));
  return fmt::format("{:.1f} {}", value, kUnits.at(unit));
}

}  // namespace leash::cli
