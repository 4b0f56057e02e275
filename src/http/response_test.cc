#include "http/response.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace leash::http {
namespace {

TEST(Response, OfAProblemHasItsMembers) {
  const Response response = problem_response({.code = service::ProblemCode::kTooMany,
                                              .detail = "a \"full\" queue",
                                              .field = "key",
                                              .retry_after_s = 2});
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.content_type, kProblemType);
  const auto body = boost::json::parse(response.body).as_object();
  EXPECT_EQ(body.size(), 6U);
  EXPECT_EQ(body.at("type").as_string(), "urn:leash:problem:too_many");
  EXPECT_EQ(body.at("status").as_int64(), 429);
  EXPECT_EQ(body.at("code").as_string(), "too_many");
  EXPECT_EQ(body.at("detail").as_string(), "a \"full\" queue");
  EXPECT_EQ(body.at("field").as_string(), "key");
  EXPECT_EQ(response.headers.at(0).second, "2");
}

TEST(Response, HeadFitsTheBody) {
  Response response;
  response.body = "{}";
  std::string out;
  append_head(out, response, {.request_id = "q_1", .keep_alive = false});
  EXPECT_TRUE(out.starts_with("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_NE(out.find("\r\nX-Request-ID: q_1\r\n"), std::string::npos);
  EXPECT_NE(out.find("\r\nContent-Length: 2\r\n"), std::string::npos);
  EXPECT_TRUE(out.ends_with("\r\nConnection: close\r\n\r\n"));
  response.status = 204;
  out.clear();
  append_head(out, response, {});
  EXPECT_EQ(out.find("Content-Length"), std::string::npos);
}

}  // namespace
}  // namespace leash::http
