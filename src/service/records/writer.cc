#include "service/records/writer.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

namespace leash::service::records {
namespace {

/// How long after a failure it is tried again.
constexpr std::chrono::seconds kRetry{1};

}  // namespace

Writer::Writer(std::unique_ptr<Store> store, boost::asio::io_context& loop, Failed failed)
    : store_(std::move(store)),
      loop_(loop),
      failed_(std::move(failed)),
      thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Writer::put(StoredRun run, Done done) {
  take({.run = std::move(run), .done = std::move(done)});
}

void Writer::remove(std::uint64_t number, Done done) {
  take({.run = std::nullopt, .number = number, .done = std::move(done)});
}

void Writer::take(Order order) {
  {
    const std::scoped_lock lock(mutex_);
    orders_.push_back(std::move(order));
  }
  changed_.notify_one();
}

void Writer::work() {
  bool more = false;
  std::vector<Order> owed;  // what could not be written so far
  for (;;) {
    const auto tidied = store_->tidy_up(more ? Store::Urgency::kBusy : Store::Urgency::kIdle);
    std::vector<Order> orders;
    bool last = false;
    {
      const auto due = [this] { return closing_ || !orders_.empty(); };
      std::unique_lock lock(mutex_);
      if (tidied && owed.empty()) {
        changed_.wait(lock, due);
      } else {
        changed_.wait_for(lock, kRetry, due);
      }
      orders.swap(orders_);
      last = closing_ && orders.empty();
    }
    std::vector<Done> calls;
    for (Order& order : orders) {
      calls.push_back(std::exchange(order.done, nullptr));
      std::erase_if(owed, [&](const Order& older) { return older.key() == order.key(); });
      owed.push_back(std::move(order));
    }
    const auto written = write_what_can_be(owed);
    report(written ? tidied : written);
    boost::asio::post(loop_, [calls = std::make_shared<std::vector<Done>>(std::move(calls))] {
      for (const Done& call : *calls) {
        if (call) call();
      }
    });
    if (last) return;
    const std::scoped_lock lock(mutex_);
    more = !orders_.empty();
  }
}

base::Result<void> Writer::write_what_can_be(std::vector<Order>& orders) {
  auto all = write(orders);
  if (all) orders.clear();
  if (orders.size() < 2) return all;
  // The fault may be with one of them; it is not to take the others with it.
  all = {};
  std::erase_if(orders, [&](const Order& order) {
    auto written = write({&order, 1});
    if (!written) all = written;
    return written.has_value();
  });
  return all;
}

base::Result<void> Writer::write(std::span<const Order> orders) {
  if (orders.empty()) return {};
  auto written = store_->begin();
  for (const Order& order : orders) {
    if (!written) break;
    written = order.run ? store_->put(*order.run) : store_->remove(order.number);
  }
  if (written) written = store_->commit();
  if (!written) store_->roll_back();
  return written;
}

void Writer::report(const base::Result<void>& written) {
  if (!written == std::exchange(is_failing_, !written)) return;
  std::optional<base::Error> error;
  if (!written) error = written.error();
  if (failed_) boost::asio::post(loop_, [call = failed_, error] { call(error); });
}

}  // namespace leash::service::records
