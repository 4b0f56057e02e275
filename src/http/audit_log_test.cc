#include "http/audit_log.h"

#include <algorithm>

#include "http/server_fixture.h"

namespace leash::http {
namespace {

// What `sha256sum a.py` and `sha256sum a.py b*.py | sha256sum` say.
constexpr std::string_view kHashOfOne =
    "cc42155088fca5730758db72b2a5bca33112a941dfaa2d43098ec422ce4ea213";
constexpr std::string_view kHashOfTwo =
    "932e7d8afcc6c04ce971e537a0c92768ec32adcfe1606cb1c9f2735694f805aa";

TEST(AuditLog, HashIsTheOneThatAnOperatorCanComputeToo) {
  const run::SourceFile one{.path = "a.py", .content = "print(1)\n"};
  const run::SourceFile two{.path = "b\nc.py", .content = "x"};
  EXPECT_EQ(hash_of_code({one}), kHashOfOne);
  EXPECT_EQ(hash_of_code({one, two}), kHashOfTwo);
  EXPECT_NE(hash_of_code({two, one}), kHashOfTwo);
  EXPECT_EQ(hash_of_code({}), "-");
}

TEST_F(ServerTest, AuditLineTellsWhoWithWhatLimitsAndHowItEnded) {
  start();
  log_.str("");
  TestClient client(port_);
  client.send(request("POST", "/v1/runs",
                      R"({"language":"toy","code":"print(1)\n","args":["arg-secret"],)"
                      R"("env":{"A":"env-secret"},"stdin":"stdin-secret","limits":{"tasks":7}})"));
  const auto run = launched();
  service::FakeExecutor::end(run, 3, "output-secret");
  EXPECT_EQ(take(client).status, 200);
  const std::string log = log_.str();
  for (const std::string& part :
       {"run id=" + run->id() + " tenant=admin language=toy code=" + std::string(kHashOfOne),
        std::string(" tasks=7 "), std::string(" status=failed cause=exit phase=run ")}) {
    EXPECT_NE(log.find(part), std::string::npos) << part << "\n" << log;
  }
  EXPECT_EQ(log.find("secret"), std::string::npos) << log;
  EXPECT_EQ(log.find("print"), std::string::npos) << log;
  EXPECT_EQ(log.find(kToken), std::string::npos) << log;
}

}  // namespace
}  // namespace leash::http
