#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace leash::runtimes {

/// Reads the keys of one TOML table and notices the ones nobody asked for.
///
/// Errors are collected, first one wins, so that a reader can be written as a plain list of
/// fields: after the last field call finish(), then look at the shared `error`. Lives on the
/// stack while a document is read; the table, the prefix and the error must outlive it.
class TomlReader {
 public:
  /// `prefix` is put before the names of keys in errors: "" or "limits.".
  TomlReader(const toml::table& table, std::string prefix, std::optional<std::string>& error)
      : table_(table), prefix_(std::move(prefix)), error_(error) {}

  /// A string that must be there and must not be empty.
  [[nodiscard]] std::string text(std::string_view key);
  /// A string, or `fallback` if the key is absent.
  [[nodiscard]] std::string text_or(std::string_view key, std::string fallback);
  /// An integer of at least 1, or nothing if the key is absent.
  [[nodiscard]] std::optional<std::uint64_t> positive(std::string_view key);
  /// An array of strings that are not empty; an absent key gives an empty list.
  [[nodiscard]] std::vector<std::string> texts(std::string_view key);
  /// A table in which every value is a string; an absent key gives an empty map.
  [[nodiscard]] std::map<std::string, std::string> text_map(std::string_view key);
  /// A table inside this one, or nullptr if the key is absent.
  [[nodiscard]] const toml::table* table(std::string_view key);

  /// Complains about every key that was not asked for.
  void finish();
  /// Complains about `key`, unless something was wrong before.
  void fail(std::string_view key, std::string_view reason);

 private:
  const toml::node* find(std::string_view key);

  const toml::table& table_;
  const std::string prefix_;
  std::optional<std::string>& error_;
  std::vector<std::string> seen_;
};

}  // namespace leash::runtimes
