#include "http/static_files.h"

#include <algorithm>

namespace leash::http {
namespace {

constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

}  // namespace

std::string_view openapi_document() {
  return contract_files().front().bytes;
}

const StaticFile* find_static_file(std::span<const StaticFile> files, std::string_view path) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const StaticFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

Response static_response(const StaticFile& file, std::string_view if_none_match) {
  Response response;
  response.content_type = file.content_type;
  response.content_security_policy = kPagePolicy;
  response.cache_control = "no-cache";  // Kept, but asked for again with its ETag.
  response.headers.emplace_back("ETag", std::string(file.etag));
  if (if_none_match == file.etag) {
    response.status = 304;
  } else {
    response.shared_body = file.bytes;
  }
  return response;
}

}  // namespace leash::http
