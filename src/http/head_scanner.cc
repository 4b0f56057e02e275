#include "http/head_scanner.h"

#include <algorithm>

#include "base/ascii.h"

namespace leash::http {
namespace {

bool is_token_char(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

HeadScanner::Result HeadScanner::bad(std::string_view reason) {
  reason_ = reason;
  return Result::kBad;
}

HeadScanner::Result HeadScanner::scan(std::string_view bytes) {
  if (result_ != Result::kMore) return result_;
  while (result_ == Result::kMore && position_ < bytes.size()) {
    if (position_ >= kMaxHead) {
      reason_ = "the headers are larger than 16 KiB";
      return result_ = Result::kTooLarge;
    }
    const char c = bytes[position_];
    if (c == '\r') {
      if (position_ + 1 == bytes.size()) return Result::kMore;  // Judged with the next byte.
      if (bytes[position_ + 1] != '\n') return result_ = bad("a CR without LF in the headers");
      const auto line = bytes.substr(line_start_, position_ - line_start_);
      position_ += 2;
      line_start_ = position_;
      result_ = end_of_line(line);
      continue;
    }
    if (c == '\n') return result_ = bad("a line of the headers ends in LF alone");
    if (is_control(c)) return result_ = bad("a control character in the headers");
    const std::size_t column = position_ - line_start_;
    if (lines_ == 0 && column == 0 && !is_token_char(c)) return result_ = bad("this is not HTTP");
    if (lines_ == 0 && column >= kMaxRequestLine) {
      return result_ = bad("the request line is longer than 8 KiB");
    }
    if (lines_ > 0 && column == 0 && (c == ' ' || c == '\t')) {
      return result_ = bad("a folded header line");
    }
    ++position_;
  }
  return result_;
}

HeadScanner::Result HeadScanner::end_of_line(std::string_view line) {
  if (lines_++ == 0) return request_line(line);
  if (line.empty()) return end_of_head();
  if (lines_ - 1 > kMaxFields) {
    reason_ = "more than 100 header fields";
    return Result::kTooLarge;
  }
  return field(line);
}

HeadScanner::Result HeadScanner::request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("a malformed request line");
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (!is_token(line.substr(0, first))) return bad("a malformed method");
  if (!target.starts_with('/')) return bad("the request target must be a path");
  if (target.find_first_of(" \t") != std::string_view::npos) {
    return bad("white space in the request target");
  }
  version_1_0_ = version == "HTTP/1.0";
  if (!version_1_0_ && version != "HTTP/1.1") return bad("only HTTP/1.1 and HTTP/1.0 are spoken");
  return Result::kMore;
}

HeadScanner::Result HeadScanner::field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return bad("a header line without a colon");
  const auto name = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  if (!is_token(name)) return bad("a malformed header name");
  if (base::iequals(name, "host")) {
    if (++hosts_ > 1) return bad("more than one Host");
    if (value.empty()) return bad("an empty Host");
  } else if (base::iequals(name, "content-length")) {
    if (++lengths_ > 1) return bad("more than one Content-Length");
    const bool digits =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (value.empty() || value.size() > 18 || !digits) return bad("a malformed Content-Length");
  } else if (base::iequals(name, "transfer-encoding")) {
    if (++codings_ > 1) return bad("more than one Transfer-Encoding");
    if (!base::iequals(value, "chunked")) return bad("only chunked is understood");
  }
  return Result::kMore;
}

HeadScanner::Result HeadScanner::end_of_head() {
  if (hosts_ == 0 && !version_1_0_) return bad("Host is missing");
  if (lengths_ > 0 && codings_ > 0) return bad("both Content-Length and Transfer-Encoding");
  if (codings_ > 0 && version_1_0_) return bad("Transfer-Encoding in HTTP/1.0");
  return Result::kDone;
}

}  // namespace leash::http
