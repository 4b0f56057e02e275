#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

namespace leash::async {

/// Waits on an event loop for a descriptor that stays its owner's: it is not closed here and must
/// outlive the watch. Confined to the loop's thread. After the destructor, or cancel(), no call
/// comes any more.
class FdWatch {
 public:
  enum class For : std::uint8_t {
    kRead,
    kWrite,
    kException,  ///< POLLPRI, by which cgroupfs tells that a file has changed.
  };

  /// Makes it non-blocking. Throws boost::system::system_error if the system refuses.
  FdWatch(boost::asio::io_context& loop, int fd);
  ~FdWatch();
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;
  FdWatch(FdWatch&&) = delete;
  FdWatch& operator=(FdWatch&&) = delete;

  /// Calls once, when the descriptor is ready; never from inside this function.
  void once(For what, std::function<void()> call);
  void cancel();

 private:
  boost::asio::posix::stream_descriptor descriptor_;
  std::shared_ptr<int> alive_;
};

}  // namespace leash::async
