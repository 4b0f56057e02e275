#pragma once

#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "service/records/store.h"

namespace leash::service::records {

/// Writes records in a thread of its own, so that nobody waits for the disk who need not.
///
/// Theory of operation. Orders are taken from any thread and carried out in their order. All that
/// came while the last transaction was written make up the next one (group commit). `done` of each
/// is posted to the loop when its transaction is committed; also if it failed: a run is not to
/// hang for ever because a disk is full. What could not be written is tried again each second, so
/// that nothing is missing once there is room again; of a record only the newest form counts.
/// `failed` is posted once for each time that writing stops working, and with nothing when it works
/// again. The destructor writes what is left.
class Writer {
 public:
  using Done = std::function<void()>;
  using Failed = std::function<void(const std::optional<base::Error>&)>;

  Writer(std::unique_ptr<Store> store, boost::asio::io_context& loop, Failed failed);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  Writer(Writer&&) = delete;
  Writer& operator=(Writer&&) = delete;

  void put(StoredRun run, Done done);
  void remove(std::uint64_t number, Done done);

 private:
  struct Order {
    std::optional<StoredRun> run;  ///< None: `number` is to be removed.
    std::uint64_t number = 0;
    Done done;
    [[nodiscard]] std::uint64_t key() const { return run ? run->number : number; }
  };
  void take(Order order);
  void work();
  [[nodiscard]] base::Result<void> write(std::span<const Order> orders);
  /// Leaves in `orders` what could not be written.
  [[nodiscard]] base::Result<void> write_what_can_be(std::vector<Order>& orders);
  void report(const base::Result<void>& written);

  const std::unique_ptr<Store> store_;
  boost::asio::io_context& loop_;
  const Failed failed_;
  bool is_failing_ = false;  ///< The thread's.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Order> orders_;
  bool closing_ = false;
  std::thread thread_;  ///< The last: it uses the others.
};

}  // namespace leash::service::records
