#include "run/local/job_builder.h"

#include <gtest/gtest.h>

#include "protocol/job.h"
#include "sys/file.h"
#include "sys/memfd.h"

namespace leash::run {
namespace {

std::vector<std::string> paths_in(int memfd, std::uint32_t& entry) {
  const auto mapping = sys::SealedMapping::map(memfd, 1 << 20);
  protocol::JobReader reader(mapping.value().view());
  EXPECT_TRUE(reader.read_header());
  entry = reader.entry();
  std::vector<std::string> paths;
  for (std::uint32_t i = 0; i < reader.files(); ++i) {
    protocol::JobReader::File file;
    EXPECT_TRUE(reader.read_file(file));
    paths.emplace_back(file.path);
  }
  return paths;
}

RunSpec two_files() {
  return {.files = {{"util.c", "u"}, {"main.c", "m"}}, .entry = "main.c"};
}

TEST(JobBuilderTest, EntryIsTheFileOfThatName) {
  std::uint32_t entry = 99;
  const auto job = build_job(two_files(), {}, protocol::Step::kRun);
  EXPECT_EQ(paths_in(job->get(), entry), (std::vector<std::string>{"util.c", "main.c"}));
  EXPECT_EQ(entry, 1U);
}

TEST(JobBuilderTest, ArtifactsReplaceFilesOfTheirName) {
  RunSpec spec = two_files();
  spec.files.insert(spec.files.begin(), {"program", "a trap"});
  std::uint32_t entry = 99;
  const auto job =
      build_job(spec, {.memory = {}, .files = {{"program", "ELF"}}}, protocol::Step::kRun);
  EXPECT_EQ(paths_in(job->get(), entry), (std::vector<std::string>{"util.c", "main.c", "program"}));
  EXPECT_EQ(entry, 1U);
}

sys::UniqueFd artifacts_of(std::string_view name, std::string_view content) {
  protocol::JobWriter writer;
  writer.add_file(name, 0755, content);
  return std::move(sys::make_sealed_memfd("artifacts", writer.take()).value());
}

TEST(JobBuilderTest, ArtifactsAreReadBack) {
  const auto files = read_artifacts(artifacts_of("program", "ELF").get(), {100}, {"program"});
  ASSERT_TRUE(files.has_value());
  EXPECT_EQ(files->files.at(0).content, "ELF");
}

TEST(JobBuilderTest, UnexpectedArtifactsAreRefused) {
  EXPECT_FALSE(read_artifacts(artifacts_of("other", "ELF").get(), {100}, {"program"}));
  EXPECT_FALSE(read_artifacts(artifacts_of("program", "ELF").get(), {100}, {"program", "more"}));
  EXPECT_FALSE(
      read_artifacts(artifacts_of("program", std::string(200, 'x')).get(), {100}, {"program"}));
  EXPECT_FALSE(read_artifacts(-1, {100}, {"program"}));
}

}  // namespace
}  // namespace leash::run
