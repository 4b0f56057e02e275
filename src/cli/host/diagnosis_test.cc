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
                                   {.name = "memory limit",
                                    .required = true,
                                    .proved = false,
                                    .detail = "no memory controller",
                                    .remedy = "boot with cgroup_enable=memory"}};
  diagnosis.languages = {{.id = "python", .version = "3.11.2", .available = true, .reason = ""},
                         {.id = "node", .version = "", .available = false, .reason = "not there"}};
  return diagnosis;
}

TEST(Describe, ShowsEachLayerItsRemedyAndTheLanguages) {
  EXPECT_EQ(describe(sample(), Colours(false)),
            "leash " LEASH_VERSION
            " on Linux 6.1 (x86_64), as root; cgroups: hybrid\n"
            "\n"
            "Sandbox\n"
            "  ok       seccomp       filter loaded\n"
            "  missing  memory limit  no memory controller\n"
            "                         boot with cgroup_enable=memory\n"
            "\n"
            "Languages\n"
            "  ok       python        3.11.2\n"
            "  absent   node          not there\n"
            "\n"
            "Code is not run here until what is missing is there.\n");
}

TEST(ToJson, SaysWhetherEverythingIsThere) {
  Diagnosis diagnosis = sample();
  EXPECT_EQ(to_json(diagnosis).at("complete"), false);
  diagnosis.capabilities.layers.at(1).required = false;
  EXPECT_EQ(to_json(diagnosis).at("complete"), true);
  EXPECT_EQ(to_json(diagnosis).at("layers").as_array().size(), 2U);
}

}  // namespace
}  // namespace leash::cli
