#include "sys/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sys/memfd.h"

namespace leash::sys {
namespace {

struct TempFolder {
  TempFolder() { EXPECT_NE(::mkdtemp(path.data()), nullptr); }
  ~TempFolder() { std::filesystem::remove_all(path); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path = ::testing::TempDir() + "leash-file-XXXXXX";
};

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

TEST(FileTest, UnnamedFileLeavesNoName) {
  const TempFolder folder;
  const auto directory = open_directory(folder.path).value();
  std::ofstream(folder.path + "/scratch") << "left by one that died";
  const auto file = make_unnamed_file(directory.get(), "scratch");
  ASSERT_TRUE(file);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path));
  struct stat info {};
  ASSERT_EQ(::fstat(file->get(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  EXPECT_EQ(info.st_size, 0);
  std::filesystem::create_directory(folder.path + "/taken");
  EXPECT_EQ(make_unnamed_file(directory.get(), "taken").error().object, "taken");
}

TEST(FileTest, ReadsAndWritesAnywhere) {
  const TempFolder folder;
  const auto directory = open_directory(folder.path).value();
  const auto file = make_unnamed_file(directory.get(), "scratch").value();
  ASSERT_TRUE(write_all_at(file.get(), "later", 1 << 20));
  ASSERT_TRUE(write_all_at(file.get(), "first", 0));
  std::string read(5, ' ');
  ASSERT_TRUE(read_all_at(file.get(), read, 1 << 20));
  EXPECT_EQ(read, "later");
  ASSERT_TRUE(read_all_at(file.get(), read, 0));
  EXPECT_EQ(read, "first");
  EXPECT_FALSE(read_all_at(file.get(), read, (1 << 20) + 1)) << "the last byte is not there";
  EXPECT_EQ(write_all_at(-1, "x", 0).error().number, EBADF);
  EXPECT_EQ(read_all_at(-1, read, 0).error().number, EBADF);
}

TEST(FileTest, ProgramPathIsThisTest) {
  EXPECT_NE(program_path().value().find("leash_sys_test"), std::string::npos);
}

}  // namespace
}  // namespace leash::sys
