// The published contract and the program must not drift apart.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <set>
#include <string>

#include "http/router.h"
#include "http/static_files.h"
#include "service/problem.h"

namespace leash::http {
namespace {

namespace json = boost::json;

json::object document() {
  const auto text = openapi_document();
  return json::parse(json::string_view(text.data(), text.size())).as_object();
}

TEST(OpenApi, HasExactlyTheRoutes) {
  std::set<std::string> written;
  const json::object contract = document();
  for (const auto& path : contract.at("paths").as_object()) {
    for (const auto& method : path.value().as_object()) {
      if (method.key() == "parameters") continue;
      std::string name(method.key());
      for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
      written.insert(name + " " + std::string(path.key()));
    }
  }
  std::set<std::string> served;
  for (const Route& route : route_table()) {
    served.insert(std::string(route.method) + " " + std::string(route.pattern));
  }
  EXPECT_EQ(written, served);
}

TEST(OpenApi, HasExactlyTheProblemCodes) {
  std::set<std::string> written;
  const json::object contract = document();
  const auto& schema = contract.at("components").at("schemas").at("ProblemCode");
  for (const auto& code : schema.at("enum").as_array()) written.emplace(code.as_string());
  std::set<std::string> known;
  for (auto code = service::ProblemCode::kInvalidJson; code <= service::ProblemCode::kUnavailable;
       code = static_cast<service::ProblemCode>(static_cast<int>(code) + 1)) {
    known.emplace(service::to_string(code));
  }
  EXPECT_EQ(written, known);
}

TEST(OpenApi, AsksForATokenWhereTheServerDoes) {
  const json::object contract = document();
  const auto& paths = contract.at("paths").as_object();
  for (const Route& route : route_table()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    const auto& operation =
        paths.at(json::string_view(route.pattern.data(), route.pattern.size())).at(method);
    // A token is the document's default; who differs says so: nothing, or a ticket as well.
    const auto* security = operation.as_object().if_contains("security");
    const bool plain = needs_token(route.access) && route.access != Access::kTokenOrTicket;
    EXPECT_EQ(security != nullptr, !plain) << route.pattern;
    const bool ticket = security != nullptr && !security->as_array().empty();
    EXPECT_EQ(ticket, route.access == Access::kTokenOrTicket) << route.pattern;
    EXPECT_EQ(operation.as_object().contains("requestBody"), route.body != BodyKind::kNone)
        << route.pattern;
  }
}

TEST(OpenApi, HasTheFieldsOfTheRunObject) {
  const json::object contract = document();
  const auto& schemas = contract.at("components").at("schemas");
  EXPECT_TRUE(schemas.at("Run").at("properties").as_object().contains("stdout"));
  EXPECT_FALSE(schemas.at("RunWithoutOutput").at("properties").as_object().contains("stdout"));
}

}  // namespace
}  // namespace leash::http
