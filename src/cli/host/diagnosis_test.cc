#include "cli/host/diagnosis.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

Diagnosis sample() {
  Diagnosis diagnosis{.kernel = "Linux 6.1 (x86_64)", .user = "root"};
  diagnosis.capabilities.cgroup_mode = "hybrid";
  diagnosis.capabilities.layers = {{.name = "seccomp",
                                    .required = true,
                                    .proved = true,
                                    .detail = "filter loaded",
                                    .remedy = ""},
                                   {.name = "limit_memory",
                                    .required = true,
                                    .proved = false,
                                    .detail = "no memory controller",
                                    .remedy = "boot with cgroup_enable=memory"}};
  diagnosis.languages = {{.id = "python", .version = "3.11.2", .available = true, .reason = ""},
                         {.id = "node", .version = "", .available = false, .reason = "not there"}};
  return diagnosis;
}

TEST(Describe, ShowsEachLayerItsRemedyAndTheLanguages) {
  EXPECT_EQ(
      describe(sample(), Colours(false)),
      "leash " LEASH_VERSION
      " on Linux 6.1 (x86_64), as root\n"
      "Mode: root, cgroup hybrid\n"
      "\n"
      "Sandbox\n"
      "  ok       seccomp       stops: system calls that programs do not need, and with them most "
      "kernel bugs\n"
      "                         proof: filter loaded\n"
      "  missing  limit_memory  stops: taking the machine's memory\n"
      "                         found: no memory controller\n"
      "                         mend:  boot with cgroup_enable=memory\n"
      "\n"
      "Languages\n"
      "  ok       python        3.11.2\n"
      "  absent   node          not there\n"
      "\n"
      "Code is not run here until what is missing is there.\n");
}

TEST(Describe, ColoursNothingButMarksTitlesAndProofs) {
  std::string text = describe(sample(), Colours(true));
  EXPECT_NE(text.find("\x1b[31mmissing\x1b[0m"), std::string::npos);
  for (std::size_t at = 0; (at = text.find('\x1b')) != std::string::npos;) {
    text.erase(at, text.find('m', at) - at + 1);
  }
  EXPECT_EQ(text, describe(sample(), Colours(false)));
}

TEST(ModeOf, NamesWhoAndWhichCgroups) {
  EXPECT_EQ(mode_of({.cgroup_mode = "v2", .rootless = true}), "rootless, cgroup v2");
  EXPECT_EQ(mode_of({.cgroup_mode = "none"}), "root, no cgroups");
}

TEST(ToJson, SaysWhetherEverythingIsThere) {
  Diagnosis diagnosis = sample();
  EXPECT_EQ(to_json(diagnosis).at("complete"), false);
  diagnosis.capabilities.layers.at(1).required = false;
  EXPECT_EQ(to_json(diagnosis).at("complete"), true);
  const boost::json::object report = to_json(diagnosis);
  const auto& layers = report.at("layers").as_array();
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers.at(1).at("stops"), "taking the machine's memory");
  EXPECT_EQ(report.at("mode"), "root, cgroup hybrid");
}

}  // namespace
}  // namespace leash::cli
