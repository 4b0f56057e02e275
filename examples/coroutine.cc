// Two runs from coroutines on the program's own loop: one is awaited, one has to be quicker than a
// timer, which it is not; then it is stopped, and gone when the coroutine goes on.
#include <leash/executor.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iostream>

namespace asio = boost::asio;
using asio::use_awaitable;
using namespace asio::experimental::awaitable_operators;

leash::RunSpec bash(std::string code) {
  return {.language = "bash", .files = {{"main.sh", std::move(code)}}, .entry = "main.sh"};
}

asio::awaitable<void> use(leash::Executor& executor) {
  const auto sum = co_await async_execute(executor, bash("echo $((6 * 7))"), {}, use_awaitable);
  if (!sum) {
    std::cerr << sum.error().message() << '\n';
    co_return;
  }
  std::cout << "the answer is " << sum->stdout_data;

  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(200));
  const auto first =
      co_await (async_execute(executor, bash("while :; do :; done"), {}, use_awaitable) ||
                timer.async_wait(use_awaitable));
  std::cout << (first.index() == 0 ? "it ended" : "it was too slow, and was stopped") << '\n';
}

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: coroutine STATE_FOLDER\n";
    return 2;
  }
  auto executor = leash::open_local_executor(argv[1]);
  if (!executor) {
    std::cerr << executor.error().message() << '\n';
    return 1;
  }
  asio::io_context loop;
  asio::co_spawn(loop, use(**executor), asio::detached);
  loop.run();
}
