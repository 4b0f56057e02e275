#pragma once

#include <fmt/format.h>

#include <array>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "service/problem.h"

/// Readers of single JSON values for the parsers of request bodies and WebSocket messages. Each
/// takes the name of its field for the refusal: a wrong type is 400, a wrong value 422.
namespace leash::http {

/// Null if all is well.
using Verdict = std::optional<service::Problem>;

[[nodiscard]] service::Problem wrong_type(std::string field, std::string_view expected);
[[nodiscard]] service::Problem unknown_field(std::string field);
[[nodiscard]] service::Problem bad_value(std::string field, std::string detail);

[[nodiscard]] inline std::string_view view(boost::json::string_view text) {
  return {text.data(), text.size()};
}
[[nodiscard]] inline std::string_view view(const boost::json::string& text) {
  return {text.data(), text.size()};
}

[[nodiscard]] Verdict read(const boost::json::value& value, std::string field, std::string& out);
[[nodiscard]] Verdict read(const boost::json::value& value, std::string field, bool& out);
[[nodiscard]] Verdict read(const boost::json::value& value, std::string field, std::uint64_t& out);
template <typename T>
[[nodiscard]] Verdict read(const boost::json::value& value, std::string field,
                           std::optional<T>& out) {
  return read(value, std::move(field), out.emplace());
}

/// One of a few names.
template <typename T, std::size_t N>
[[nodiscard]] Verdict read_name(const boost::json::value& value, std::string field,
                                const std::array<std::pair<std::string_view, T>, N>& names,
                                T& out) {
  std::string name;
  if (auto problem = read(value, field, name)) return problem;
  for (const auto& [known, meaning] : names) {
    if (known == name) {
      out = meaning;
      return std::nullopt;
    }
  }
  std::string detail = "it must be one of";
  for (const auto& known : names) detail += fmt::format(" \"{}\"", known.first);
  return bad_value(std::move(field), std::move(detail));
}

/// Calls `member(name, value)` for each member, until one is refused.
template <typename F>
[[nodiscard]] Verdict each_member(const boost::json::value& value, const std::string& field,
                                  F member) {
  const auto* object = value.if_object();
  if (object == nullptr) return wrong_type(field, "an object");
  for (const auto& entry : *object) {
    if (auto problem = member(view(entry.key()), entry.value())) return problem;
  }
  return std::nullopt;
}

}  // namespace leash::http
