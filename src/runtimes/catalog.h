#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtimes/descriptor.h"

namespace leash::runtimes {

/// Every language of a runtimes folder, sorted by id. A plain value that never changes; any thread
/// may read it.
///
/// The index of a language is what travels between the server's processes, each of which loads the
/// folder by itself. They compare fingerprint() first: if it is equal, so are the indexes.
class Catalog {
 public:
  /// Takes descriptors and the text each was read from. An id or alias that is used twice is an
  /// error that names both languages.
  static base::Result<Catalog> make(std::vector<Descriptor> languages,
                                    const std::vector<std::string>& texts);

  [[nodiscard]] const std::vector<Descriptor>& languages() const { return languages_; }

  /// The index of the language with this id or alias, in upper or lower case.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view id_or_alias) const;

  /// The index of the first language that claims this file's extension.
  [[nodiscard]] std::optional<std::size_t> find_by_file(std::string_view file_name) const;

  /// 64-bit FNV-1a over ids and contents of all descriptor files, in order.
  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  Catalog() = default;

  std::vector<Descriptor> languages_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::uint64_t fingerprint_ = 0;
};

/// Loads `folder`/<id>/runtime.toml and the self-test beside it for every subfolder. One language
/// that cannot be read is an error for all: a server that silently lacks one would be worse.
/// A subfolder without a runtime.toml is passed over; a folder without languages is an error.
[[nodiscard]] base::Result<Catalog> load_catalog(const std::filesystem::path& folder);

}  // namespace leash::runtimes
