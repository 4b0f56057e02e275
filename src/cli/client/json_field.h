#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leash::cli {

/// Lenient access to the fields of a JSON object that came from a server: a field that is absent,
/// null or of another type gives the empty value.

[[nodiscard]] inline const boost::json::value* find_field(const boost::json::object& object,
                                                          std::string_view name) {
  return object.if_contains({name.data(), name.size()});
}

[[nodiscard]] inline std::string text_field(const boost::json::object& object,
                                            std::string_view name) {
  const auto* value = find_field(object, name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

[[nodiscard]] inline bool flag_field(const boost::json::object& object, std::string_view name) {
  const auto* value = find_field(object, name);
  const auto* flag = value == nullptr ? nullptr : value->if_bool();
  return flag != nullptr && *flag;
}

[[nodiscard]] inline std::optional<double> number_field(const boost::json::object& object,
                                                        std::string_view name) {
  const auto* value = find_field(object, name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

[[nodiscard]] inline std::uint64_t count_field(const boost::json::object& object,
                                               std::string_view name) {
  const double number = number_field(object, name).value_or(0);
  return number > 0 && number < 9e15 ? static_cast<std::uint64_t>(number) : 0;
}

[[nodiscard]] inline const boost::json::object* object_field(const boost::json::object& object,
                                                             std::string_view name) {
  const auto* value = find_field(object, name);
  return value == nullptr ? nullptr : value->if_object();
}

}  // namespace leash::cli
