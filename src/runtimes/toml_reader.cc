#include "runtimes/toml_reader.h"

#include <algorithm>

namespace leash::runtimes {

void TomlReader::fail(std::string_view key, std::string_view reason) {
  if (!error_) error_ = prefix_ + std::string(key) + ": " + std::string(reason);
}

const toml::node* TomlReader::find(std::string_view key) {
  seen_.emplace_back(key);
  return table_.get(key);
}

std::string TomlReader::text(std::string_view key) {
  std::string value = text_or(key, "");
  if (value.empty()) fail(key, "missing or empty");
  return value;
}

std::string TomlReader::text_or(std::string_view key, std::string fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  if (const auto* value = node->as_string()) return value->get();
  fail(key, "must be a string");
  return fallback;
}

std::optional<std::uint64_t> TomlReader::positive(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_integer(); value != nullptr && value->get() > 0) {
    return static_cast<std::uint64_t>(value->get());
  }
  fail(key, "must be an integer greater than 0");
  return std::nullopt;
}

std::vector<std::string> TomlReader::texts(std::string_view key) {
  std::vector<std::string> values;
  const toml::node* node = find(key);
  if (node == nullptr) return values;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    fail(key, "must be an array of strings");
    return values;
  }
  for (const toml::node& element : *array) {
    const auto* value = element.as_string();
    if (value == nullptr || value->get().empty()) {
      fail(key, "must hold only strings that are not empty");
      return values;
    }
    values.push_back(value->get());
  }
  return values;
}

std::map<std::string, std::string> TomlReader::text_map(std::string_view key) {
  std::map<std::string, std::string> values;
  const toml::table* inner = table(key);
  if (inner == nullptr) return values;
  for (const auto& [name, node] : *inner) {
    const auto* value = node.as_string();
    if (value == nullptr) {
      fail(std::string(key) + "." + std::string(name.str()), "must be a string");
      return values;
    }
    values.emplace(name.str(), value->get());
  }
  return values;
}

const toml::table* TomlReader::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  const toml::table* inner = node->as_table();
  if (inner == nullptr) fail(key, "must be a table");
  return inner;
}

void TomlReader::finish() {
  for (const auto& [name, node] : table_) {
    if (std::find(seen_.begin(), seen_.end(), name.str()) == seen_.end()) {
      fail(name.str(), "unknown key");
    }
  }
}

}  // namespace leash::runtimes
