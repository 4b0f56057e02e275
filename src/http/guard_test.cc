#include "http/guard.h"

#include <gtest/gtest.h>

namespace leash::http {
namespace {

namespace bhttp = boost::beast::http;

const LocalAddress kLocal{.is_unix = false, .ip = "192.0.2.5", .port = 3002};

TEST(Guard, KnowsItsOwnNames) {
  const Guard guard({.allowed_hosts = {"code.example", "other.example:8443"}});
  for (const std::string_view host :
       {"localhost:3002", "LOCALHOST:3002", "127.0.0.1:3002", "[::1]:3002", "192.0.2.5:3002",
        "code.example", "code.example:3002", "other.example:8443"}) {
    EXPECT_TRUE(guard.allows_host(host, kLocal)) << host;
  }
  for (const std::string_view host :
       {"", "localhost", "localhost:3003", "localhost:", "localhost:3002x", "localhost:03002 ",
        "evil.test:3002", "127.0.0.1.nip.io:3002", "127.0.0.2:3002", "192.0.2.6:3002",
        "[::1%25lo]:3002", "[::1", "::1", "code.example:99", "other.example", "a@localhost:3002",
        "localhost:99999", "code.example.evil.test"}) {
    EXPECT_FALSE(guard.allows_host(host, kLocal)) << host;
  }
  const LocalAddress web{.is_unix = false, .ip = "127.0.0.1", .port = 80};
  EXPECT_TRUE(guard.allows_host("localhost", web));
  const LocalAddress unix_socket{.is_unix = true, .ip = {}, .port = 0};
  EXPECT_TRUE(guard.allows_host("localhost", unix_socket));
  EXPECT_FALSE(guard.allows_host("evil.test", unix_socket));
}

Fields fields(std::string_view host, std::string_view origin = "", std::string_view site = "") {
  Fields made;
  made.insert(bhttp::field::host, boost::beast::string_view(host.data(), host.size()));
  if (!origin.empty()) {
    made.insert(bhttp::field::origin, boost::beast::string_view(origin.data(), origin.size()));
  }
  if (!site.empty()) {
    made.insert("Sec-Fetch-Site", boost::beast::string_view(site.data(), site.size()));
  }
  return made;
}

TEST(Guard, LetsOnlyKnownOriginsIn) {
  const Guard guard({.allowed_origins = {"https://app.example"}});
  const std::string_view host = "localhost:3002";
  const auto allowed = [&](const Fields& made) {
    return !guard.check_source(made, Access::kToken, kLocal).has_value();
  };
  EXPECT_TRUE(allowed(fields(host)));
  EXPECT_TRUE(allowed(fields(host, "http://localhost:3002")));
  EXPECT_TRUE(allowed(fields(host, "https://app.example", "cross-site")));
  EXPECT_TRUE(allowed(fields(host, "", "same-origin")));
  for (const std::string_view origin :
       {"null", "https://evil.test", "http://localhost:9999", "http://localhost", "localhost:3002",
        "ftp://localhost:3002", "https://app.example.evil.test", "https://app.example:444"}) {
    EXPECT_FALSE(allowed(fields(host, origin))) << origin;
  }
  EXPECT_FALSE(allowed(fields(host, "", "cross-site")));
  Fields twice = fields(host, "http://localhost:3002");
  twice.insert(bhttp::field::origin, "http://localhost:3002");
  EXPECT_FALSE(allowed(twice));
  EXPECT_EQ(guard.cors_origin(fields(host, "https://app.example")), "https://app.example");
  EXPECT_EQ(guard.cors_origin(fields(host, "http://localhost:3002")), "");
}

TEST(Guard, LetsALinkOpenThePageButNothingElse) {
  const Guard guard({});
  Fields link = fields("localhost:3002", "", "cross-site");
  link.insert("Sec-Fetch-Mode", "navigate");
  link.insert("Sec-Fetch-Dest", "document");
  EXPECT_FALSE(guard.check_source(link, Access::kOpen, kLocal));
  EXPECT_TRUE(guard.check_source(link, Access::kToken, kLocal));
  link.set("Sec-Fetch-Dest", "iframe");
  EXPECT_TRUE(guard.check_source(link, Access::kOpen, kLocal));
}

TEST(Guard, LetsProbesNameAnyHost) {
  const Guard guard({});
  EXPECT_FALSE(guard.check_source(fields("10.1.2.3"), Access::kProbe, kLocal));
  EXPECT_TRUE(guard.check_source(fields("10.1.2.3"), Access::kOpen, kLocal));
  EXPECT_TRUE(guard.check_source(fields("10.1.2.3", "https://evil.test"), Access::kProbe, kLocal));
}

TEST(Guard, TakesExactlyOneBearerToken) {
  const Guard guard({.authenticate = single_token("secret")});
  const auto status = [&](std::initializer_list<const char*> values) {
    Fields made;
    for (const char* value : values) made.insert(bhttp::field::authorization, value);
    return guard.check_token(made, Access::kToken).has_value();
  };
  EXPECT_TRUE(status({"Bearer secret"}));
  EXPECT_TRUE(status({"bearer secret"}));
  EXPECT_FALSE(status({}));
  EXPECT_FALSE(status({"Bearer secret", "Bearer secret"}));
  EXPECT_FALSE(status({"Bearer wrong!"}));
  EXPECT_FALSE(status({"Bearer secre"}));
  EXPECT_FALSE(status({"Bearer secrets"}));
  EXPECT_FALSE(status({"Bearer "}));
  EXPECT_FALSE(status({"secret"}));
  EXPECT_FALSE(status({"Basic secret"}));
  EXPECT_TRUE(guard.check_token(Fields(), Access::kOpen).has_value());
  EXPECT_FALSE(
      Guard({.authenticate = single_token("")}).check_token(Fields(), Access::kToken).has_value());
  EXPECT_TRUE(Guard({.no_auth = true}).check_token(Fields(), Access::kToken).has_value());
}

TEST(Guard, ComparesSecretsWhole) {
  EXPECT_TRUE(equal_secrets("secret", "secret"));
  EXPECT_TRUE(equal_secrets("", ""));
  for (const std::string_view given : {"", "s", "secre", "secrets", "Secret", "secretsecret"}) {
    EXPECT_FALSE(equal_secrets("secret", given)) << given;
    EXPECT_FALSE(equal_secrets(given, "secret")) << given;
  }
  EXPECT_FALSE(equal_secrets(std::string_view("a\0b", 3), "a"));
}

TEST(Guard, KnowsJson) {
  EXPECT_TRUE(is_json_type("application/json"));
  EXPECT_TRUE(is_json_type("Application/JSON ; charset=utf-8"));
  for (const std::string_view type :
       {"", "text/plain", "application/jsonx", "text/json", "application/x-www-form-urlencoded"}) {
    EXPECT_FALSE(is_json_type(type)) << type;
  }
}

}  // namespace
}  // namespace leash::http
