#include "cli/config/toml_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <optional>

#include "cli/config/settings.h"
#include "cli/config/spelling.h"

namespace leash::cli {
namespace {

std::string unknown_key(std::string_view key) {
  std::string text = fmt::format("unknown key '{}'", key);
  const Setting* nearest = nearest_setting(key);
  if (nearest != nullptr) text += fmt::format("; did you mean '{}'?", nearest->key);
  return text;
}

enum class Shape : std::uint8_t { kText, kTexts, kFlag, kNumber, kQuantity };

Shape shape_of(const Setting& setting) {
  struct Visitor {
    Shape operator()(std::string Settings::*) const { return Shape::kText; }
    Shape operator()(std::vector<std::string> Settings::*) const { return Shape::kTexts; }
    Shape operator()(bool Settings::*) const { return Shape::kFlag; }
    Shape operator()(std::uint64_t Settings::*) const { return Shape::kNumber; }
    Shape operator()(std::optional<std::uint64_t> Settings::*) const { return Shape::kQuantity; }
    Shape operator()(base::Millis Settings::*) const { return Shape::kQuantity; }
    Shape operator()(base::Bytes Settings::*) const { return Shape::kQuantity; }
  };
  return std::visit(Visitor{}, setting.field);
}

std::string_view describe(Shape shape) {
  switch (shape) {
    case Shape::kText:
      return "a string";
    case Shape::kTexts:
      return "an array of strings";
    case Shape::kFlag:
      return "true or false";
    case Shape::kNumber:
      return "an integer";
    case Shape::kQuantity:
      return "an integer or a string";
  }
  return "";
}

/// The texts of a node, or none if its type does not fit.
std::optional<std::vector<std::string>> texts_of_node(const toml::node& node, Shape shape) {
  using Texts = std::vector<std::string>;
  if (const auto* flag = node.as_boolean(); flag != nullptr && shape == Shape::kFlag) {
    return Texts{flag->get() ? "true" : "false"};
  }
  if (const auto* number = node.as_integer();
      number != nullptr && (shape == Shape::kNumber || shape == Shape::kQuantity)) {
    return Texts{std::to_string(number->get())};
  }
  if (const auto* text = node.as_string();
      text != nullptr && shape != Shape::kNumber && shape != Shape::kFlag) {
    return Texts{text->get()};
  }
  const auto* array = node.as_array();
  if (array == nullptr || shape != Shape::kTexts) return std::nullopt;
  Texts texts;
  for (const toml::node& element : *array) {
    const auto* text = element.as_string();
    if (text == nullptr) return std::nullopt;
    texts.push_back(text->get());
  }
  return texts;
}

}  // namespace

base::Result<GivenValues> read_toml(std::string_view text, std::string_view name) {
  const auto at = [name](toml::source_index line) { return fmt::format("{}:{}", name, line); };
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return base::plain_error("read", at(error.source().begin.line),
                             std::string(error.description()));
  }
  GivenValues values;
  for (const auto& [key, node] : table) {
    const std::string where = at(key.source().begin.line);
    const Setting* setting = find_setting(key.str());
    if (setting == nullptr) return base::plain_error("read", where, unknown_key(key.str()));
    const Shape shape = shape_of(*setting);
    auto texts = texts_of_node(node, shape);
    if (!texts) {
      return base::plain_error("read", where,
                               fmt::format("'{}' must be {}", key.str(), describe(shape)));
    }
    values[std::string(key.str())] = GivenValue{.texts = std::move(*texts), .origin = where};
  }
  return values;
}

}  // namespace leash::cli
