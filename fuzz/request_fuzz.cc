// Requests on a real connection: whatever the pieces in which the bytes arrive, the same requests
// are read, with the same bodies, and the same one is refused for the same reason, if not later.
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "fuzz/check.h"
#include "http/request_reader.h"

namespace {

using leash::fuzz::require;
using leash::http::Connection;
using leash::http::RequestReader;

constexpr std::uint64_t kBodyLimit = 300;

struct Reading {
  std::vector<std::string> requests;
  std::string end;
};

std::string describe(const leash::http::RequestMessage& message) {
  std::string text(message.method_string());
  text.append(" ").append(message.target()).append("\n");
  for (const auto& field : message) {
    text.append(field.name_string()).append(": ").append(field.value()).append("\n");
  }
  return text.append("\n").append(message.body());
}

leash::http::Task<void> read_all(Connection& connection, Reading& reading) {
  for (;;) {
    RequestReader reader(connection, {kBodyLimit}, {});
    auto result = co_await reader.read_head();
    if (result == RequestReader::Result::kReady) result = co_await reader.read_body();
    if (result != RequestReader::Result::kReady) {
      reading.end = result == RequestReader::Result::kClosed ? "closed" : reader.problem().detail;
      co_return;
    }
    require(reader.is_complete(), "a request that is ready is complete");
    require(reader.message().body().size() <= kBodyLimit, "the body is within its limit");
    reading.requests.push_back(describe(reader.message()));
  }
}

Reading read_in_pieces(std::string_view bytes, std::size_t piece) {
  Reading reading;
  boost::asio::io_context loop(1);
  int ends[2];
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0,
          "a pair of sockets");
  const leash::sys::UniqueFd client(ends[0]);
  {
    const auto connection = std::make_shared<Connection>(
        loop, AF_UNIX, leash::sys::UniqueFd(ends[1]), leash::http::LocalAddress{}, "");
    bool ended = false;
    boost::asio::co_spawn(loop.get_executor(), read_all(*connection, reading),
                          [&ended](const std::exception_ptr& thrown) {
                            require(!thrown, "nothing is thrown");
                            ended = true;
                          });
    while (!bytes.empty() && !ended) {
      const std::size_t size = std::min(piece, bytes.size());
      require(::send(client.get(), bytes.data(), size, MSG_NOSIGNAL) == static_cast<ssize_t>(size),
              "the socket takes it");
      bytes.remove_prefix(size);
      loop.poll();
    }
    ::shutdown(client.get(), SHUT_WR);
    while (!ended) loop.run_one();
    connection->close();
  }
  loop.poll();
  return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  constexpr std::size_t kMostPieces = 512;
  const std::string_view bytes = leash::fuzz::text_of(data, std::min<std::size_t>(size, 8192));
  const Reading whole = read_in_pieces(bytes, std::max<std::size_t>(bytes.size(), 1));
  const Reading pieces = read_in_pieces(bytes, bytes.size() / kMostPieces + 1);
  require(whole.requests == pieces.requests, "the pieces do not matter");
  // Beast looks for the end of a chunk's line where it has not looked before. So a bare CR before
  // it makes it wait for more where, all at once, it would have seen that the line is malformed.
  // And of a line in which a quote is open it counts the size with each piece that arrives.
  const bool counted_again = pieces.end == "the body is larger than this server takes" &&
                             (whole.end == "closed" || whole.end == "a malformed body");
  require(whole.end == pieces.end || pieces.end == "closed" || counted_again,
          "nor for the refusal");
  return 0;
}
