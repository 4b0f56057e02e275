#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "base/utf8.h"
#include "run/local/input_pump.h"
#include "run/local/output_pump.h"
#include "sys/fd.h"
#include "sys/file.h"

namespace leash::run {
namespace {

using std::chrono::milliseconds;

class OutputPumpTest : public ::testing::Test {
 protected:
  OutputPumpTest() { EXPECT_TRUE(sys::set_nonblocking(pipe_.read_end.get()).has_value()); }
  std::unique_ptr<OutputPump> make_pump(std::uint64_t limit) {
    return std::make_unique<OutputPump>(
        loop_, pipe_.read_end.get(), base::Bytes{limit},
        OutputPump::Callbacks{.output = [this](OutputPump::Piece p) { pieces_.push_back(p); },
                              .activity = [this] { ++activity_; },
                              .over_limit = [this] { ++over_limit_; },
                              .pause = [this] { return pause_; }});
  }
  void write(std::string_view text) {
    ASSERT_TRUE(sys::write_all(pipe_.write_end.get(), text).has_value());
  }
  void run_loop() {
    loop_.restart();
    loop_.poll();
  }
  [[nodiscard]] std::string all() const {
    std::string text;
    for (const auto& piece : pieces_) text += piece.data;
    return text;
  }

  boost::asio::io_context loop_;
  sys::Pipe pipe_ = std::move(sys::make_pipe().value());
  std::vector<OutputPump::Piece> pieces_;
  int activity_ = 0;
  int over_limit_ = 0;
  OutputPump::Pause pause_ = OutputPump::Pause::kNone;
};

TEST_F(OutputPumpTest, PassesOnWhatComes) {
  auto pump = make_pump(100);
  pump->start();
  write("hello");
  run_loop();
  EXPECT_EQ(all(), "hello");
  EXPECT_EQ(pump->total_bytes(), 5U);
  EXPECT_EQ(activity_, 1);
}

TEST_F(OutputPumpTest, HoldsHalfACharacterBackUntilItIsWhole) {
  auto pump = make_pump(100);
  pump->start();
  write("a\xE4\xB8");
  run_loop();
  EXPECT_EQ(all(), "a");
  write("\xADz");
  run_loop();
  ASSERT_EQ(pieces_.size(), 2U);
  EXPECT_EQ(pieces_[1].data, "\xE4\xB8\xADz");
  EXPECT_TRUE(pieces_[1].utf8);
}

TEST_F(OutputPumpTest, BytesThatAreNotTextAreMarkedAndKept) {
  auto pump = make_pump(100);
  pump->start();
  write("\xFF\xFE");
  run_loop();
  ASSERT_EQ(pieces_.size(), 1U);
  EXPECT_FALSE(pieces_[0].utf8);
  EXPECT_EQ(all(), "\xFF\xFE");
}

TEST_F(OutputPumpTest, OverTheLimitItCountsAndDrops) {
  auto pump = make_pump(4);
  pump->start();
  write("abcdef");
  run_loop();
  write("gh");
  run_loop();
  EXPECT_EQ(all(), "abcd");
  EXPECT_EQ(pump->total_bytes(), 8U);
  EXPECT_EQ(pump->dropped_bytes(), 4U);
  EXPECT_EQ(over_limit_, 1);
}

TEST_F(OutputPumpTest, NoCharacterIsCutByTheLimit) {
  auto pump = make_pump(4);
  pump->start();
  write("\xE4\xB8\xAD\xE4\xB8\xAD");
  run_loop();
  ASSERT_EQ(pieces_.size(), 1U);
  EXPECT_TRUE(pieces_[0].utf8);
  EXPECT_EQ(all(), "\xE4\xB8\xAD");
  EXPECT_EQ(pump->dropped_bytes(), 3U);
  EXPECT_EQ(over_limit_, 1);
}

TEST_F(OutputPumpTest, NorWhereTheLimitIsMetBeforeItIsPassed) {
  auto pump = make_pump(4);
  pump->start();
  write("abc\xE4");
  run_loop();
  write("\xB8\xAD");
  run_loop();
  pump->drain();
  ASSERT_EQ(pieces_.size(), 1U);
  EXPECT_EQ(all(), "abc");
  EXPECT_EQ(pump->dropped_bytes(), 3U);
}

TEST_F(OutputPumpTest, PausedItReadsNothingUntilResumed) {
  auto pump = make_pump(100);
  pump->start();
  pause_ = OutputPump::Pause::kUntilResumed;
  write("a");
  run_loop();
  write("b");
  run_loop();
  EXPECT_EQ(all(), "a");
  pause_ = OutputPump::Pause::kNone;
  pump->resume();
  run_loop();
  EXPECT_EQ(all(), "ab");
}

TEST_F(OutputPumpTest, AfterAFullPieceAMomentIsWaitedForIfThatIsWished) {
  constexpr std::size_t kPiece = 64 << 10;
  auto pump = make_pump(1 << 20);
  pump->start();
  pause_ = OutputPump::Pause::kMoment;
  const auto then = std::chrono::steady_clock::now();
  write(std::string(kPiece, 'x'));
  run_loop();
  write("y");
  loop_.restart();
  while (all().size() == kPiece) ASSERT_EQ(loop_.run_one_for(std::chrono::seconds(10)), 1U);
  EXPECT_GE(std::chrono::steady_clock::now() - then, milliseconds(1));
  EXPECT_EQ(all().size(), kPiece + 1);
  write("z");
  run_loop();
  EXPECT_EQ(all().size(), kPiece + 2) << "what was read before was no full piece";
}

TEST_F(OutputPumpTest, HeldItReadsNothingUntilDrained) {
  auto pump = make_pump(100);
  pump->start();
  pump->hold();
  write("a");
  run_loop();
  pump->resume();
  run_loop();
  EXPECT_EQ(all(), "");
  pump->drain();
  EXPECT_EQ(all(), "a");
}

TEST_F(OutputPumpTest, DrainTakesTheRestAndTheHeldBytes) {
  auto pump = make_pump(100);
  pump->start();
  write("a\xE4");
  pump->drain();
  ASSERT_EQ(pieces_.size(), 2U);
  EXPECT_EQ(all(), "a\xE4");
  EXPECT_FALSE(pieces_[1].utf8);
}

TEST_F(OutputPumpTest, WriterThatStaysOpenDoesNotHoldTheDrain) {
  auto pump = make_pump(100);
  pump->drain();  // returns although the pipe is open and empty
  EXPECT_EQ(all(), "");
}

class InputPumpTest : public ::testing::Test {
 protected:
  InputPumpTest() { EXPECT_TRUE(sys::set_nonblocking(pipe_.write_end.get()).has_value()); }
  void run_loop() {
    loop_.restart();
    loop_.poll();
  }
  std::string read() {
    char buffer[256];
    const ssize_t got = ::read(pipe_.read_end.get(), buffer, sizeof buffer);
    return {buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }

  boost::asio::io_context loop_;
  sys::Pipe pipe_ = std::move(sys::make_pipe().value());
  InputBuffer buffer_{{1 << 20}};
};

TEST_F(InputPumpTest, WritesWhatIsPushedThenEof) {
  InputPump pump(loop_, std::move(pipe_.write_end), buffer_, [] {});
  ASSERT_EQ(buffer_.push("one "), InputBuffer::Push::kTaken);
  pump.start();
  ASSERT_EQ(buffer_.push("two"), InputBuffer::Push::kTaken);
  buffer_.close();
  run_loop();
  EXPECT_EQ(read(), "one two");
  EXPECT_EQ(read(), "");
}

TEST_F(InputPumpTest, FullPipeWaitsWithoutBlocking) {
  InputPump pump(loop_, std::move(pipe_.write_end), buffer_, [] {});
  const std::string much(200'000, 'x');
  ASSERT_EQ(buffer_.push(much), InputBuffer::Push::kTaken);
  buffer_.close();
  pump.start();
  std::size_t total = 0;
  while (true) {
    run_loop();
    const std::string got = read();
    if (got.empty()) break;
    total += got.size();
  }
  EXPECT_EQ(total, much.size());
}

TEST_F(InputPumpTest, ReaderThatClosedMakesTheBufferRefuse) {
  InputPump pump(loop_, std::move(pipe_.write_end), buffer_, [] {});
  pump.start();
  pipe_.read_end.reset();
  ASSERT_EQ(buffer_.push("x"), InputBuffer::Push::kTaken);
  run_loop();
  EXPECT_EQ(buffer_.push("y"), InputBuffer::Push::kClosed);
}

}  // namespace
}  // namespace leash::run
