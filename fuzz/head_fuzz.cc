// The scanner of request heads, against itself (all at once or byte by byte) and against Beast's
// parser, which reads the same bytes behind it: two readings of one head are a way to smuggle.
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "fuzz/check.h"
#include "http/head_scanner.h"

namespace {

using leash::fuzz::require;
using leash::http::HeadScanner;
using Result = HeadScanner::Result;
namespace bhttp = boost::beast::http;

void check_pieces(std::string_view bytes, const HeadScanner& whole, Result result) {
  HeadScanner pieces;
  Result last = Result::kMore;
  for (std::size_t size = 1; size <= bytes.size() && last == Result::kMore; ++size) {
    last = pieces.scan(bytes.substr(0, size));
  }
  require(last == result, "byte by byte gives the same result");
  require(pieces.reason() == whole.reason(), "byte by byte gives the same reason");
  if (result == Result::kDone) require(pieces.head_size() == whole.head_size(), "the same head");
}

void check_reading(std::string_view head) {
  bhttp::request_parser<bhttp::string_body> parser;
  parser.eager(true);
  parser.header_limit(2 * leash::http::kMaxHead);
  parser.body_limit(boost::none);
  boost::system::error_code error;
  const std::size_t used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error) return;  // Refused by one of the two is refused.
  require(used == head.size() && parser.is_header_done(), "Beast sees the same end of the head");
  const auto& message = parser.get();
  const auto hosts = message.count(bhttp::field::host);
  require(hosts == 1 || (hosts == 0 && message.version() == 10), "exactly one Host");
  require(message.count(bhttp::field::content_length) <= 1, "at most one Content-Length");
  require(message.count(bhttp::field::transfer_encoding) <= 1, "at most one Transfer-Encoding");
  require(!(parser.chunked() && parser.content_length()), "one way to tell the body's length");
  if (message.count(bhttp::field::transfer_encoding) > 0) require(parser.chunked(), "chunked");
  require(message.target().starts_with('/'), "the target is a path");
  std::size_t fields = 0;
  for (const auto& field : message) {
    ++fields;
    for (const char c : field.value()) require(c != '\r' && c != '\n' && c != '\0', "clean values");
  }
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = head.find("\r\n", at)) != std::string_view::npos; at += 2) ++lines;
  require(fields + 2 == lines, "a line is a field, no more and no less");
  require(fields <= leash::http::kMaxFields, "not too many fields");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes = leash::fuzz::text_of(data, size);
  HeadScanner scanner;
  const Result result = scanner.scan(bytes);
  check_pieces(bytes, scanner, result);
  if (result != Result::kDone) return 0;
  const std::string_view head = bytes.substr(0, scanner.head_size());
  require(head.ends_with("\r\n\r\n") && head.size() <= leash::http::kMaxHead + 2, "a whole head");
  check_reading(head);
  return 0;
}
