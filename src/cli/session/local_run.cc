#include "cli/session/local_run.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "http/json_request.h"
#include "http/json_run.h"
#include "service/run_request.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {

base::Error refused(const service::Problem& problem) {
  return base::plain_error("start the run", problem.field, problem.detail);
}

}  // namespace

base::Result<std::unique_ptr<LocalRun>> LocalRun::start(asio::io_context& loop,
                                                        run::Executor& executor,
                                                        const runtimes::Catalog& catalog,
                                                        std::string_view body) {
  auto request = http::parse_run_request(body);
  if (!request) return refused(request.error());
  auto checked =
      service::check(*std::move(request), service::AnswerMode::kStream, catalog, service::Maxima{});
  if (!checked) return refused(checked.error());
  auto handle = executor.start_run(std::move(checked->spec), nullptr);
  if (!handle) return handle.error();
  return std::unique_ptr<LocalRun>(
      new LocalRun(loop, *std::move(handle), std::move(checked->policy)));
}

LocalRun::LocalRun(asio::io_context& loop, run::RunHandle handle, service::RunPolicy policy)
    : handle_(std::move(handle)),
      policy_(std::move(policy)),
      news_(std::make_shared<asio::steady_timer>(loop, asio::steady_timer::time_point::max())) {
  const auto wake = [news = news_, &loop] { asio::post(loop, [news] { news->cancel(); }); };
  reader_ = handle_.run()->log()->read_after(0, run::EventLog::Pace::kPacing, wake);
}

LocalRun::~LocalRun() {
  static_cast<void>(handle_.stop());
}

asio::awaitable<base::Result<run::EventPtr>> LocalRun::next() {
  while (true) {
    // Wakes are posted to this loop, so none can slip in between the look and the wait.
    if (auto event = reader_->next()) co_return event;
    static_cast<void>(co_await news_->async_wait(asio::as_tuple(asio::use_awaitable)));
  }
}

asio::awaitable<base::Result<RunSource::Fed>> LocalRun::feed(std::string bytes) {
  switch (handle_.write_stdin(bytes)) {
    case run::InputBuffer::Push::kTaken:
      co_return Fed::kTaken;
    case run::InputBuffer::Push::kFull:
      co_return Fed::kFull;
    case run::InputBuffer::Push::kClosed:
      break;
  }
  co_return Fed::kClosed;
}

asio::awaitable<base::Result<void>> LocalRun::end_input() {
  handle_.close_stdin();
  co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> LocalRun::stop() {
  static_cast<void>(handle_.stop());
  co_return base::Result<void>();
}

asio::awaitable<base::Result<std::string>> LocalRun::run_object() {
  service::Record record;
  record.run = handle_.run();
  record.policy = policy_;
  std::string text;
  http::append_run(text, record, http::WithOutput::kYes);
  co_return text;
}

}  // namespace leash::cli
