#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "run/spill_file.h"
#include "sys/file.h"

namespace leash::run::testing {

/// A spill file in a folder of its own, of which nothing is left when it has been made.
inline std::shared_ptr<SpillFile> make_spill_file(SpillFile::Failed failed = nullptr) {
  std::string path = ::testing::TempDir() + "leash-spill-XXXXXX";
  EXPECT_NE(::mkdtemp(path.data()), nullptr);
  const auto folder = sys::open_directory(path).value();
  auto file = SpillFile::make(folder.get(), std::move(failed)).value();
  EXPECT_TRUE(std::filesystem::is_empty(path));
  std::filesystem::remove(path);
  return file;
}

/// One that cannot be written: no room is left on its device.
inline std::shared_ptr<SpillFile> make_full_spill_file(SpillFile::Failed failed = nullptr) {
  return std::make_shared<SpillFile>(sys::open_at(AT_FDCWD, "/dev/full", O_RDWR).value(),
                                     std::move(failed));
}

/// One that can be written, but not be read.
inline std::shared_ptr<SpillFile> make_unreadable_spill_file(SpillFile::Failed failed = nullptr) {
  const auto folder = sys::open_directory(::testing::TempDir()).value();
  const std::string name = "leash-unreadable-" + std::to_string(::getpid());
  const auto file = sys::make_unnamed_file(folder.get(), name).value();
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  return std::make_shared<SpillFile>(sys::open_at(AT_FDCWD, path, O_WRONLY).value(),
                                     std::move(failed));
}

}  // namespace leash::run::testing
