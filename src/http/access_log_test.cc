#include "http/access_log.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <sstream>

namespace leash::http {
namespace {

TEST(AccessLog, WritesOneLineWhateverTheClientSent) {
  std::ostringstream out;
  const AccessLog log(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(out)));
  log.write({.request_id = "q_1",
             .method = "GET\n\x1b[31m",
             .route = "/v1/runs",
             .status = 499,
             .elapsed = base::Micros(1234),
             .tenant = "a b"});
  const std::string text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_NE(text.find("request id=q_1 method=GET\\x0a\\x1b[31m route=/v1/runs status=499 ms=1.234 "
                      "tenant=a\\x20b run=-"),
            std::string::npos)
      << text;
  AccessLog(nullptr).write({});
}

}  // namespace
}  // namespace leash::http
