#include "sys/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "sys/memfd.h"

namespace leash::sys {
namespace {

TEST(FileTest, ReadsWhatIsThere) {
  const auto status = read_file("/proc/self/status");
  ASSERT_TRUE(status.has_value());
  EXPECT_NE(status->find("Pid:"), std::string::npos);
}

TEST(FileTest, MissingFileIsNamed) {
  const auto missing = read_file("/nonexistent/file");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().message(), "open '/nonexistent/file': No such file or directory");
}

TEST(FileTest, TooLargeIsAnError) {
  EXPECT_FALSE(read_file("/proc/self/status", 10).has_value());
}

TEST(FileTest, ReadFromStartCanBeRepeated) {
  const UniqueFd fd = std::move(make_sealed_memfd("text", "seventeen bytes..").value());
  EXPECT_EQ(read_from_start(fd.get(), "text").value(), "seventeen bytes..");
  EXPECT_EQ(read_from_start(fd.get(), "text").value(), "seventeen bytes..");
}

TEST(FileTest, WriteControlDoesNotCreate) {
  const UniqueFd tmp = std::move(open_directory("/tmp").value());
  const auto written = write_control(tmp.get(), "leash-no-such-control-file", "1");
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().number, ENOENT);
}

TEST(FileTest, WriteAllReachesTheOtherEnd) {
  Pipe pipe = std::move(make_pipe().value());
  ASSERT_TRUE(write_all(pipe.write_end.get(), "hello").has_value());
  char buffer[8] = {};
  EXPECT_EQ(::read(pipe.read_end.get(), buffer, sizeof buffer), 5);
  EXPECT_STREQ(buffer, "hello");
}

TEST(FileTest, WritePipeToNobodyIsAnErrorNotASignal) {
  Pipe pipe = std::move(make_pipe().value());
  EXPECT_EQ(write_pipe(pipe.write_end.get(), "ab").value(), 2U);
  pipe.read_end.reset();
  EXPECT_EQ(write_pipe(pipe.write_end.get(), "ab").error().number, EPIPE);
}

TEST(FileTest, ProgramPathIsThisTest) {
  EXPECT_NE(program_path().value().find("leash_sys_test"), std::string::npos);
}

}  // namespace
}  // namespace leash::sys
