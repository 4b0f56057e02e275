#pragma once

#include <memory>
#include <vector>

#include "runtimes/catalog.h"

namespace leash::service {

/// For tests: a catalog with the languages "toy" (alias "t") and "other".
inline std::shared_ptr<const runtimes::Catalog> fake_catalog() {
  const runtimes::Descriptor toy{
      .id = "toy",
      .name = "Toy",
      .entry = "main.toy",
      .extensions = {".toy"},
      .aliases = {"t"},
      .version = {.command = {"/opt/toy", "--version"}, .pattern = "toy ([0-9.]+)"},
      .run = {"/opt/toy", "{entry}", "{args}"},
      .selftest = {.file = "hello.toy",
                   .expected_file = "expected.txt",
                   .code = "say hello",
                   .expected_output = "hello\n"}};
  runtimes::Descriptor other = toy;
  other.id = "other";
  other.name = "Other";
  other.aliases.clear();
  auto catalog = runtimes::Catalog::make({toy, other}, {"toy", "other"});
  return std::make_shared<const runtimes::Catalog>(std::move(catalog).value());
}

}  // namespace leash::service
