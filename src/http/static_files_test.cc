#include "http/static_files.h"

#include <gtest/gtest.h>

namespace leash::http {
namespace {

TEST(StaticFiles, HoldAPage) {
  const StaticFile* page = find_static_file(playground_files(), "/");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  EXPECT_NE(page->bytes.find("<!doctype html>"), std::string_view::npos);
  EXPECT_EQ(find_static_file(playground_files(), "/index.html"), nullptr);
  EXPECT_EQ(find_static_file(playground_files(), "/../etc/passwd"), nullptr);
}

TEST(StaticFiles, AreSentOnceWhileTheyAreTheSame) {
  const StaticFile& page = *find_static_file(playground_files(), "/");
  const Response first = static_response(page, "");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.payload(), page.bytes);
  EXPECT_NE(first.content_security_policy.find("script-src 'self';"), std::string_view::npos);
  EXPECT_EQ(first.content_security_policy.find("unsafe-eval"), std::string_view::npos);
  const Response second = static_response(page, page.etag);
  EXPECT_EQ(second.status, 304);
  EXPECT_EQ(second.payload(), "");
  EXPECT_EQ(static_response(page, "\"other\"").status, 200);
}

}  // namespace
}  // namespace leash::http
