#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <optional>

#include "base/units.h"
#include "http/connection.h"
#include "service/problem.h"

namespace leash::http {

using RequestMessage = boost::beast::http::request<boost::beast::http::string_body>;

/// The times a client has (security-notes.md, section 8).
struct ReadTimes {
  base::Millis idle{60'000};  ///< For the first byte of a request.
  base::Millis head{10'000};  ///< For the rest of its head.
  base::Millis body{60'000};
};

/// Reads one request from a connection: first the head, then, once it was found worth it, the body.
/// What the two parsers (HeadScanner and Beast) do not both accept is refused. Lives for one
/// request, in the session's coroutine.
class RequestReader {
 public:
  RequestReader(Connection& connection, base::Bytes body_limit, ReadTimes times);
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  RequestReader(RequestReader&&) = delete;
  RequestReader& operator=(RequestReader&&) = delete;
  ~RequestReader() = default;

  enum class Result : std::uint8_t {
    kReady,
    kClosed,   ///< The client has gone, or took too long: there is nobody to answer.
    kRefused,  ///< See problem(); the connection cannot be used after the answer.
  };
  [[nodiscard]] Task<Result> read_head();
  /// kRefused with too_large: nothing of the body was kept.
  [[nodiscard]] Task<Result> read_body();

  [[nodiscard]] RequestMessage& message() { return parser_.get(); }
  [[nodiscard]] const service::Problem& problem() const { return problem_; }
  /// Nothing of this request is left to be read.
  [[nodiscard]] bool is_complete() const { return parser_.is_done(); }

 private:
  Result refuse(service::ProblemCode code, std::string_view detail);
  Result parse_head(std::size_t size);

  Connection& connection_;
  const base::Bytes body_limit_;
  const ReadTimes times_;
  boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
  bool body_too_large_ = false;
  service::Problem problem_;
};

}  // namespace leash::http
