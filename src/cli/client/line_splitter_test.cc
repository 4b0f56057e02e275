#include "cli/client/line_splitter.h"

#include <gtest/gtest.h>

#include <vector>

namespace leash::cli {
namespace {

std::vector<std::string> drain(LineSplitter& splitter) {
  std::vector<std::string> lines;
  while (auto line = splitter.next()) lines.push_back(*std::move(line));
  return lines;
}

TEST(LineSplitter, CutsWhereverThePiecesWereCut) {
  const std::string text = "{\"a\":1}\n\n{\"b\":2}\r\n{\"c\":3}\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    LineSplitter splitter;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      splitter.feed(std::string_view(text).substr(at, piece));
      for (auto& line : drain(splitter)) lines.push_back(std::move(line));
    }
    EXPECT_EQ(lines, (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"})) << piece;
    EXPECT_EQ(splitter.rest(), "");
  }
}

TEST(LineSplitter, KeepsALineUntilItIsComplete) {
  LineSplitter splitter;
  splitter.feed("half");
  EXPECT_EQ(splitter.next(), std::nullopt);
  EXPECT_EQ(splitter.rest(), "half");
  splitter.feed(" line\n");
  EXPECT_EQ(splitter.next(), "half line");
}

}  // namespace
}  // namespace leash::cli
