#include "http/request_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <chrono>

#include "http/head_scanner.h"

namespace leash::http {
namespace {

namespace bhttp = boost::beast::http;
using Clock = std::chrono::steady_clock;
using service::ProblemCode;

constexpr std::string_view kBodyTooLarge = "the body is larger than this server takes";

/// A chunked body may be this much longer on the wire than its limit, for chunk sizes.
constexpr std::uint64_t kChunkOverhead = std::uint64_t{64} * 1024;

/// Beast asserts that the last chunk, where it is the only one, arrives whole: "0\r\n\r\n". At
/// least so much follows in any case, also if this is the beginning of something else.
bool is_cut_last_chunk(std::string_view bytes) {
  constexpr std::size_t kLastChunk = 5;
  return bytes.starts_with('0') && bytes.size() < kLastChunk;
}

}  // namespace

RequestReader::RequestReader(Connection& connection, base::Bytes body_limit, ReadTimes times)
    : connection_(connection), body_limit_(body_limit), times_(times) {
  parser_.eager(true);
  parser_.header_limit(static_cast<std::uint32_t>(2 * kMaxHead));  // HeadScanner's is stricter.
  parser_.body_limit(body_limit.count);
}

RequestReader::Result RequestReader::refuse(ProblemCode code, std::string_view detail) {
  problem_ = {.code = code, .detail = std::string(detail)};
  return Result::kRefused;
}

Task<RequestReader::Result> RequestReader::read_head() {
  HeadScanner scanner;
  bool started = false;
  for (;;) {
    const std::string_view bytes = connection_.pending();
    if (!bytes.empty()) {
      const auto found = scanner.scan(bytes);
      if (found == HeadScanner::Result::kDone) break;
      if (found == HeadScanner::Result::kBad) {
        co_return refuse(ProblemCode::kBadRequest, scanner.reason());
      }
      if (found == HeadScanner::Result::kTooLarge) {
        co_return refuse(ProblemCode::kHeadersTooLarge, scanner.reason());
      }
    }
    if (bytes.empty()) {
      connection_.set_deadline(Clock::now() + times_.idle);
    } else if (!started) {
      started = true;
      connection_.set_deadline(Clock::now() + times_.head);
    }
    const bool more = co_await connection_.read_more();
    if (!more) co_return Result::kClosed;
  }
  connection_.clear_deadline();
  co_return parse_head(scanner.head_size());
}

RequestReader::Result RequestReader::parse_head(std::size_t size) {
  boost::system::error_code error;
  const std::size_t used =
      parser_.put(boost::asio::buffer(connection_.pending().data(), size), error);
  if (error == bhttp::error::body_limit) {
    body_too_large_ = true;
  } else if (error || !parser_.is_header_done() || used != size) {
    return refuse(ProblemCode::kBadRequest, "a malformed head");
  }
  connection_.consume(size);
  return Result::kReady;
}

Task<RequestReader::Result> RequestReader::read_body() {
  if (body_too_large_) co_return refuse(ProblemCode::kTooLarge, kBodyTooLarge);
  if (parser_.is_done()) co_return Result::kReady;
  if (message().count(bhttp::field::expect) > 0 && connection_.pending().empty()) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto written = co_await connection_.write(kContinue, times_.body);
    if (written != Connection::Written::kAll) co_return Result::kClosed;
  }
  connection_.set_deadline(Clock::now() + times_.body);
  std::uint64_t consumed = 0;
  while (!parser_.is_done()) {
    const std::string_view bytes = connection_.pending();
    if (!bytes.empty() && !(message().chunked() && is_cut_last_chunk(bytes))) {
      boost::system::error_code error;
      const std::size_t used = parser_.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
      connection_.consume(used);
      consumed += used;
      if (error == bhttp::error::body_limit) {
        co_return refuse(ProblemCode::kTooLarge, kBodyTooLarge);
      }
      if (error && error != bhttp::error::need_more) {
        co_return refuse(ProblemCode::kBadRequest, "a malformed body");
      }
      if (parser_.is_done()) break;
      if (consumed > 2 * body_limit_.count + kChunkOverhead ||
          connection_.pending().size() > kChunkOverhead) {
        co_return refuse(ProblemCode::kTooLarge, "a chunked body with too many small chunks");
      }
      if (used > 0 && !connection_.pending().empty()) continue;
    }
    const bool more = co_await connection_.read_more();
    if (!more) co_return Result::kClosed;
  }
  connection_.clear_deadline();
  co_return Result::kReady;
}

}  // namespace leash::http
