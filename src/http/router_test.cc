#include "http/router.h"

#include <gtest/gtest.h>

namespace leash::http {
namespace {

std::string_view pattern(std::string_view method, std::string_view path) {
  const auto target = parse_target(path);
  const RouteMatch match = find_route(method, *target);
  if (match.route == nullptr) return match.anything == nullptr ? "404" : "405";
  return match.route->pattern;
}

TEST(Router, IsExact) {
  EXPECT_EQ(pattern("POST", "/v1/runs"), "/v1/runs");
  EXPECT_EQ(pattern("POST", "/v1/runs?async=true"), "/v1/runs");
  EXPECT_EQ(pattern("GET", "/v1/runs/r_1"), "/v1/runs/{id}");
  EXPECT_EQ(pattern("GET", "/v1/runs/r_1/events"), "/v1/runs/{id}/events");
  EXPECT_EQ(pattern("POST", "/v1/keys/a%2Fb/stop"), "/v1/keys/{key}/stop");
  EXPECT_EQ(pattern("GET", "/"), "/");
  for (const std::string_view path :
       {"/v1", "/v1/", "/v1/runs/", "//v1/runs", "/v1//runs", "/v1/runs//events", "/V1/runs",
        "/v1/runs/r_1/", "/v1/runs/r_1/other", "/v1/runs/r_1/stop/x", "/openapi.json/", "/a"}) {
    EXPECT_EQ(pattern("GET", path), "404") << path;
  }
}

TEST(Router, TellsMethodsApart) {
  EXPECT_EQ(pattern("PUT", "/v1/runs"), "405");
  EXPECT_EQ(pattern("get", "/v1/runs"), "405");
  EXPECT_EQ(pattern("HEAD", "/v1/runs"), "/v1/runs");
  EXPECT_EQ(pattern("HEAD", "/v1/runs/r_1/events"), "405");
  EXPECT_EQ(allowed_methods(*parse_target("/v1/runs/x")), "GET, HEAD, DELETE");
  EXPECT_EQ(allowed_methods(*parse_target("/v1/runs/x/stop")), "POST");
}

TEST(Router, SharpPadsPathsAreInAnyCase) {
  EXPECT_EQ(pattern("POST", "/API/CodeRun/Stop"), "/api/coderun/stop");
  EXPECT_EQ(pattern("POST", "/api/coderun/buildExe"), "404");
  EXPECT_EQ(pattern("POST", "/Flow/codeblock"), "404");
}

TEST(Router, GivesThePlaceholdersValue) {
  const auto target = parse_target("/v1/keys/tab%2D1/stop");
  EXPECT_EQ(find_route("POST", *target).parameter, "tab-1");
}

}  // namespace
}  // namespace leash::http
