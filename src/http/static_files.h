#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "http/response.h"

namespace leash::http {

/// A file that was put into the program when it was built (cmake/embed.cmake).
struct StaticFile {
  std::string_view path;  ///< "/", "/assets/index-1a2b.js".
  std::string_view content_type;
  std::string_view etag;  ///< With its quotes.
  std::string_view bytes;
};

/// The playground, or, where it was not built, a page that says how to.
[[nodiscard]] std::span<const StaticFile> playground_files();
/// openapi.json, alone.
[[nodiscard]] std::span<const StaticFile> contract_files();
/// The OpenAPI document.
[[nodiscard]] std::string_view openapi_document();

[[nodiscard]] const StaticFile* find_static_file(std::span<const StaticFile> files,
                                                 std::string_view path);
/// 200, or 304 if the client has it already.
[[nodiscard]] Response static_response(const StaticFile& file, std::string_view if_none_match);

}  // namespace leash::http
