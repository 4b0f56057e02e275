// What the two programs say to each other, both directions: each must stay whole if the other one
// was taken over. Descriptors that come along are never lost.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <map>

#include "fuzz/check.h"
#include "protocol/setup_step.h"
#include "run/local/spawner_client.h"
#include "spawner/server_message.h"

namespace {

using leash::fuzz::require;
namespace protocol = leash::protocol;

constexpr std::size_t kLanguages = 5;

/// The lowest descriptor that is free: one that was lost raises it.
int lowest_free() {
  const leash::sys::UniqueFd probe(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  return probe.get();
}

/// Takes a message off the front: a byte for its descriptors, two for its size, then its bytes.
struct Sent {
  std::string_view bytes;
  std::size_t fds = 0;
};
Sent take_message(std::string_view& input) {
  const auto byte = [&](std::size_t i) {
    return i < input.size() ? static_cast<unsigned char>(input[i]) : 0U;
  };
  Sent sent{.bytes = {}, .fds = byte(0) % 40};
  const std::size_t size = byte(1) | byte(2) << 8;
  input.remove_prefix(std::min<std::size_t>(3, input.size()));
  sent.bytes = input.substr(0, size);
  input.remove_prefix(sent.bytes.size());
  return sent;
}

void check_to_spawner(const Sent& sent) {
  protocol::Incoming incoming;
  for (const char c : sent.bytes) incoming.bytes.push_back(static_cast<std::byte>(c));
  incoming.fds.resize(sent.fds);
  const auto message = leash::spawner::read_server_message(incoming, kLanguages);
  if (!message) return;
  const auto bytes = std::visit(
      [](const auto& read) {
        return std::string(reinterpret_cast<const char*>(&read), sizeof read);
      },
      *message);
  require(bytes == sent.bytes, "what was read is what was sent");
  if (const auto* claim = std::get_if<protocol::Claim>(&*message)) {
    const auto& limits = claim->limits;
    require(claim->language < kLanguages && sent.fds == 1, "a language there is, and one job");
    require(limits.memory_bytes + limits.disk_bytes < std::uint64_t{1} << 47, "sums fit");
    require(limits.deadline_ms < std::uint64_t{INT64_MAX} / 2'000'000, "a deadline fits");
  } else if (const auto* signal = std::get_if<protocol::SignalSlot>(&*message)) {
    require(signal->signal >= 1 && signal->signal <= 64, "a signal");
  }
}

void send_to_server(int socket, const Sent& sent) {
  static const int kAny = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const std::vector<int> fds(std::min(sent.fds, leash::sys::kMaxFdsPerMessage), kAny);
  if (sent.bytes.empty()) return;  // would be the end of the connection
  require(leash::sys::send_message(socket, std::as_bytes(std::span(sent.bytes)), fds).has_value(),
          "the socket takes it");
}

void check_to_server(std::string_view input) {
  auto ends = leash::sys::make_socket_pair();
  require(ends.has_value(), "a pair of sockets");
  boost::asio::io_context loop(1);
  int lost = 0;
  leash::run::SpawnerClient client(loop, std::move(ends->first), [&] { ++lost; });
  require(protocol::send(ends->second.get(), protocol::Hello{.layer_count = 1}).has_value(),
          "sent");
  require(client.wait_for_hello(std::chrono::seconds(5)).has_value(), "a good greeting is taken");
  std::map<std::uint64_t, int> answers;
  for (int i = 0; i < 4; ++i) {
    const auto request =
        client.claim({}, {}, [&answers, i](leash::base::Result<leash::run::ClaimedSlot> slot) {
          ++answers[static_cast<std::uint64_t>(i) + 1];
          if (!slot) return;
          for (const auto& fd : slot->fds) require(fd.is_open(), "a slot has all its descriptors");
        });
    require(request == static_cast<std::uint64_t>(i) + 1, "requests are numbered");
  }
  client.withdraw(4);
  while (!input.empty()) {
    send_to_server(ends->second.get(), take_message(input));
    loop.poll();
  }
  ends->second.reset();
  while (lost == 0 && loop.run_one() > 0) {
  }
  require(lost == 1, "the end is told once");
  for (std::uint64_t request = 1; request <= 3; ++request) {
    require(answers[request] == 1, "each claim is answered once");
  }
  require(answers.count(4) == 0, "one that was withdrawn never is");
}

void check_hello(const Sent& sent) {
  auto ends = leash::sys::make_socket_pair();
  require(ends.has_value(), "a pair of sockets");
  boost::asio::io_context loop(1);
  leash::run::SpawnerClient client(loop, std::move(ends->first), nullptr);
  send_to_server(ends->second.get(), sent);
  ends->second.reset();
  const auto hello = client.wait_for_hello(std::chrono::seconds(5));
  if (!hello) return;
  require(hello->layer_count <= protocol::kMaxLayers, "no more layers than there are places");
  for (const auto& layer : hello->layers) {
    require(protocol::get_text(layer.detail).size() <= layer.detail.size(), "texts end");
  }
}

void check_report(std::string_view bytes) {
  protocol::InitReport report;
  std::memcpy(&report, bytes.data(), std::min(bytes.size(), sizeof report));
  require(!protocol::failure_text(report).empty(), "every failure has a text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const int warm_up = (check_to_server({}), 0);  // opens what stays open
  static_cast<void>(warm_up);
  const int before = lowest_free();
  const std::string_view input = leash::fuzz::text_of(data, size);
  check_to_server(input);
  std::string_view rest = input;
  check_report(input);
  check_hello(take_message(rest));
  for (rest = input; !rest.empty();) check_to_spawner(take_message(rest));
  require(lowest_free() == before, "no descriptor is lost");
  return 0;
}
