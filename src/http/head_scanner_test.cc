#include "http/head_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace leash::http {
namespace {

using Result = HeadScanner::Result;

Result scan(const std::string& bytes) {
  return HeadScanner().scan(bytes);
}

/// The same bytes, one more at a time.
Result scan_bytewise(const std::string& bytes) {
  HeadScanner scanner;
  Result result = Result::kMore;
  for (std::size_t i = 1; i <= bytes.size() && result == Result::kMore; ++i) {
    result = scanner.scan(std::string_view(bytes).substr(0, i));
  }
  return result;
}

std::string with(const std::string& fields) {
  return "GET /a?b HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

TEST(HeadScanner, FindsTheEndOfAHead) {
  const std::string head = with("A: b\r\n");
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(head + "body"), Result::kDone);
  EXPECT_EQ(scanner.head_size(), head.size());
}

TEST(HeadScanner, GivesTheSameAnswerHoweverTheBytesArrive) {
  const std::vector<std::pair<std::string, Result>> cases = {
      {with(""), Result::kDone},
      {with("Content-Length: 5\r\n"), Result::kDone},
      {with("Transfer-Encoding: chunked\r\n"), Result::kDone},
      {"GET / HTTP/1.0\r\nHost: x\r\n\r\n", Result::kDone},
      {with("X: caf\xc3\xa9\r\n"), Result::kDone},
      {"GET / HTTP/1.1\r\nHost: x\r\n", Result::kMore},
      {"GET / HTTP/1.1\r\n\r\n", Result::kBad},
      {"GET / HTTP/1.1\nHost: x\n\n", Result::kBad},
      {"GET / HTTP/1.1\rHost: x\r\n\r\n", Result::kBad},
      {"GET / HTTP/9.9\r\nHost: x\r\n\r\n", Result::kBad},
      {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", Result::kBad},
      {"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", Result::kBad},
      {"GET / HTTP/1.0\r\n\r\n", Result::kDone},
      {"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", Result::kBad},
      {"GET x HTTP/1.1\r\nHost: x\r\n\r\n", Result::kBad},
      {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", Result::kBad},
      {"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", Result::kBad},
      {"PRI * HTTP/2.0\r\n\r\n", Result::kBad},
      {"GET /\r\n\r\n", Result::kBad},
      {"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", Result::kBad},
      {"\x16\x03\x01", Result::kBad},
      {with("Host: y\r\n"), Result::kBad},
      {with("A : b\r\n"), Result::kBad},
      {with(": b\r\n"), Result::kBad},
      {with("A\r\n"), Result::kBad},
      {with("A: b\r\n c\r\n"), Result::kBad},
      {with("A: b\r\n\tc\r\n"), Result::kBad},
      {with(std::string("A: b\0c\r\n", 8)), Result::kBad},
      {with("A: \x7f\r\n"), Result::kBad},
      {with("Content-Length: 5\r\nContent-Length: 5\r\n"), Result::kBad},
      {with("Content-Length: 5, 5\r\n"), Result::kBad},
      {with("Content-Length: +5\r\n"), Result::kBad},
      {with("Content-Length: 0x5\r\n"), Result::kBad},
      {with("Content-Length:\r\n"), Result::kBad},
      {with("Content-Length: 9999999999999999999\r\n"), Result::kBad},
      {with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), Result::kBad},
      {with("transfer-encoding: chunked\r\nContent-Length: 5\r\n"), Result::kBad},
      {with("Transfer-Encoding: chunked, chunked\r\n"), Result::kBad},
      {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), Result::kBad},
      {with("Transfer-Encoding: gzip, chunked\r\n"), Result::kBad},
      {with("Transfer-Encoding: identity\r\n"), Result::kBad},
      {"GET / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", Result::kBad},
  };
  for (const auto& [bytes, expected] : cases) {
    EXPECT_EQ(scan(bytes), expected) << bytes;
    EXPECT_EQ(scan_bytewise(bytes), expected) << bytes;
  }
}

TEST(HeadScanner, BoundsLineFieldsAndSize) {
  EXPECT_EQ(scan("GET /" + std::string(8100, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), Result::kDone);
  EXPECT_EQ(scan("GET /" + std::string(8200, 'a')), Result::kBad);
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "A: b\r\n";
  EXPECT_EQ(scan(with(fields)), Result::kDone);
  EXPECT_EQ(scan(with(fields + "A: b\r\n")), Result::kTooLarge);
  EXPECT_EQ(scan(with("A: " + std::string(16 * 1024, 'b'))), Result::kTooLarge);
  EXPECT_EQ(scan(with(std::string(17 * 1024, 'b'))), Result::kTooLarge);
}

}  // namespace
}  // namespace leash::http
