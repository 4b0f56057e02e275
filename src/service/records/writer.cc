#include "service/records/writer.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace leash::service::records {

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
  for (;;) {
    const auto tidied = store_->tidy_up(more ? Store::Urgency::kBusy : Store::Urgency::kIdle);
    if (!tidied) report(tidied);
    std::vector<Order> orders;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || !orders_.empty(); });
      orders.swap(orders_);
    }
    if (orders.empty()) return;
    auto written = write(orders);
    if (!written && orders.size() > 1) written = write_singly(orders);
    report(written);
    boost::asio::post(loop_, [orders = std::make_shared<std::vector<Order>>(std::move(orders))] {
      for (const Order& order : *orders) {
        if (order.done) order.done();
      }
    });
    const std::scoped_lock lock(mutex_);
    more = !orders_.empty();
  }
}

base::Result<void> Writer::write_singly(std::span<const Order> orders) {
  // The fault may be with one of them; it is not to take the others with it.
  base::Result<void> all;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (auto written = write(orders.subspan(i, 1)); !written) all = written;
  }
  return all;
}

base::Result<void> Writer::write(std::span<const Order> orders) {
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
