#include "cli/host/ready_text.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

const Colours kPlain(false);

TEST(ReadyText, HoldsALinkForEachAddressWithThePortThatWasChosen) {
  EXPECT_EQ(ready_text({"127.0.0.1:0", "unix:/run/leash.sock", "0.0.0.0:80", "[::]:81"},
                       {40001, 80, 81}, "abc", kPlain),
            "leash " LEASH_VERSION
            " is ready: http://127.0.0.1:40001/#token=abc\n"
            "leash " LEASH_VERSION
            " is ready: unix:/run/leash.sock#token=abc\n"
            "leash " LEASH_VERSION
            " is ready: http://127.0.0.1:80/#token=abc\n"
            "leash " LEASH_VERSION " is ready: http://[::1]:81/#token=abc\n");
}

TEST(ReadyText, WithoutATokenTheLinkHasNone) {
  EXPECT_EQ(ready_text({"127.0.0.1:3002"}, {3002}, "", kPlain),
            "leash " LEASH_VERSION " is ready: http://127.0.0.1:3002/\n");
}

TEST(LanguagesText, TellsApartWhatIsThereAndWhatIsNot) {
  EXPECT_EQ(
      languages_text({{.id = "c", .version = "12.2.0", .available = true, .reason = ""},
                      {.id = "node", .version = "", .available = false, .reason = "no program"},
                      {.id = "python", .version = "3.11", .available = true, .reason = ""}},
                     kPlain),
      "Languages: c 12.2.0, python 3.11\nNot available: node (no program)\n");
}

TEST(MissingText, SaysWhatToDoAboutEachRequiredLayer) {
  run::Capabilities capabilities;
  capabilities.layers = {
      {.name = "a", .required = true, .proved = true, .detail = "", .remedy = ""},
      {.name = "b", .required = false, .proved = false, .detail = "", .remedy = ""}};
  EXPECT_EQ(missing_text(capabilities, kPlain), "");
  capabilities.layers.push_back(
      {.name = "c", .required = true, .proved = false, .detail = "not there", .remedy = "do this"});
  EXPECT_EQ(missing_text(capabilities, kPlain),
            "leash: the sandbox is not complete, so every run is refused:\n"
            "  c: not there\n"
            "    do this\n");
}

}  // namespace
}  // namespace leash::cli
