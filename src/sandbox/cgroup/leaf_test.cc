// Leaves of a real hierarchy: needs root, as the product does.
#include "sandbox/cgroup/leaf.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "sys/file.h"
#include "sys/pidfd.h"

namespace leash::sandbox {
namespace {

class LeafTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto hierarchies = detect_hierarchies();
    ASSERT_TRUE(hierarchies.has_value());
    auto instance =
        CgroupInstance::open(*hierarchies, "leash-leaf-test-" + std::to_string(::getpid()));
    ASSERT_TRUE(instance.has_value()) << instance.error().message();
    instance_ = std::make_unique<CgroupInstance>(std::move(*instance));
  }
  void TearDown() override {
    const auto left = instance_->leaves();
    ASSERT_TRUE(left.has_value());
    EXPECT_TRUE(left->empty());
    EXPECT_TRUE(instance_->remove().has_value());
  }
  /// A child that attaches itself and waits.
  static sys::PidFd spawn_in(const CgroupLeaf& leaf) {
    auto files = std::move(leaf.open_attach_files().value());
    if (leaf.v2() >= 0) {
      files.push_back(std::move(sys::open_at(leaf.v2(), "cgroup.procs", O_WRONLY).value()));
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
      for (const sys::UniqueFd& file : files) {
        if (!sys::write_control(file.get(), "0")) ::_exit(1);
      }
      while (true) ::pause();
    }
    return std::move(sys::PidFd::open(pid).value());
  }

  std::unique_ptr<CgroupInstance> instance_;
};

TEST_F(LeafTest, IsMadeEmptyAndTakenAwayAgain) {
  const CgroupLeaf leaf = std::move(CgroupLeaf::create(*instance_, "one").value());
  EXPECT_EQ(instance_->leaves().value(), std::vector<std::string>{"one"});
  EXPECT_FALSE(leaf.populated().value());
  EXPECT_TRUE(leaf.remove().has_value());
}

TEST_F(LeafTest, NamesAreUsedOnce) {
  const CgroupLeaf leaf = std::move(CgroupLeaf::create(*instance_, "one").value());
  EXPECT_FALSE(CgroupLeaf::create(*instance_, "one").has_value());
  EXPECT_TRUE(leaf.remove().has_value());
}

TEST_F(LeafTest, KillEmptiesIt) {
  const CgroupLeaf leaf = std::move(CgroupLeaf::create(*instance_, "one").value());
  const sys::PidFd child = spawn_in(leaf);
  const LeafHandles handles = std::move(leaf.open_handles().value());
  while (!leaf.populated().value()) {
    pollfd entry{.fd = handles.events.get(), .events = POLLPRI, .revents = 0};
    ASSERT_GT(::poll(&entry, 1, 5'000), 0);
  }
  EXPECT_FALSE(leaf.remove().has_value());  // EBUSY while somebody is in it
  ASSERT_TRUE(leaf.kill().has_value());
  EXPECT_EQ(child.reap().value().code, SIGKILL);
  while (leaf.populated().value()) {
    pollfd entry{.fd = handles.events.get(), .events = POLLPRI, .revents = 0};
    ASSERT_GT(::poll(&entry, 1, 5'000), 0);
  }
  EXPECT_TRUE(leaf.remove().has_value());
}

TEST_F(LeafTest, LeftoversAreFoundByNameAndRemoved) {
  { const auto forgotten = CgroupLeaf::create(*instance_, "old"); }
  for (const std::string& name : instance_->leaves().value()) {
    EXPECT_TRUE(CgroupLeaf::adopt(*instance_, name).remove().has_value());
  }
}

TEST_F(LeafTest, HalfRemovedLeafIsEmptyAndCanBeRemoved) {
  const CgroupLeaf leaf = std::move(CgroupLeaf::create(*instance_, "one").value());
  ASSERT_TRUE(leaf.remove().has_value());
  const auto populated = leaf.populated();
  ASSERT_TRUE(populated.has_value());
  EXPECT_FALSE(*populated);
  EXPECT_TRUE(leaf.kill().has_value());
  EXPECT_TRUE(leaf.clear(std::chrono::steady_clock::now()).has_value());
}

TEST_F(LeafTest, LimitsAreSetAndImpossibleOnesAreErrors) {
  const CgroupLeaf leaf = std::move(CgroupLeaf::create(*instance_, "one").value());
  for (const std::uint64_t mib : {64, 32, 128}) {
    EXPECT_TRUE(leaf.limit_memory(base::mib(mib)).has_value()) << mib;
  }
  EXPECT_TRUE(leaf.limit_tasks(10).has_value());
  EXPECT_FALSE(leaf.limit_tasks(~std::uint64_t{0}).has_value());
  EXPECT_TRUE(leaf.remove().has_value());
}

}  // namespace
}  // namespace leash::sandbox
