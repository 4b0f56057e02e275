#include "http/stdin_feed.h"

namespace leash::http {

using service::Problem;
using service::ProblemCode;

std::optional<Problem> feed_stdin(run::Run& run, std::string_view bytes, Feed feed) {
  using Push = run::InputBuffer::Push;
  run::InputBuffer& input = run.input();
  Push result = run.finished() ? Push::kClosed : Push::kTaken;
  const bool eof = feed == Feed::kEof;
  if (result == Push::kTaken && (!eof || !bytes.empty())) result = input.push(bytes);
  if (result == Push::kTaken && eof) result = input.close();
  switch (result) {
    case Push::kTaken:
      return std::nullopt;
    case Push::kFull:
      return Problem{
          .code = ProblemCode::kTooLarge,
          .detail = "the program has not read enough of its stdin yet; nothing was taken"};
    case Push::kClosed:
      break;
  }
  return Problem{.code = ProblemCode::kConflict, .detail = "the run's stdin is closed"};
}

}  // namespace leash::http
