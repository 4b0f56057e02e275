#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/session/limit_option.h"
#include "run/spec.h"
#include "runtimes/catalog.h"

namespace leash::cli {

/// What `leash run` is to run, as it was asked for on the command line.
struct Job {
  std::string language;  ///< An id or alias; empty until it is found.
  std::vector<run::SourceFile> files;
  std::string entry;  ///< One of the files; empty until it is found.
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  LimitOptions limits;
  std::string key;
};

/// Reads the program: one file (its entry is its name), or a folder with everything in it but names
/// that begin with a dot; links are passed over. At most 256 files and 32 MiB.
[[nodiscard]] base::Result<std::vector<run::SourceFile>> read_program(const std::string& path);

/// A language as far as finding it by a file's name goes.
struct KnownLanguage {
  std::string id;
  std::vector<std::string> names;       ///< Its id and aliases, lower case.
  std::vector<std::string> extensions;  ///< With the dot.
};
[[nodiscard]] std::vector<KnownLanguage> known_languages(const runtimes::Catalog& catalog);

/// Fills in the entry and the language where they are not given: the entry is the only file, or the
/// one called main.*; the language follows from the entry's extension, else from an alias that is
/// the same as the extension without its dot.
[[nodiscard]] base::Result<void> complete(Job& job, const std::vector<KnownLanguage>& languages);

/// The body of POST /v1/runs. Without a field "stdin": its input is streamed.
[[nodiscard]] std::string to_json(const Job& job);

}  // namespace leash::cli
