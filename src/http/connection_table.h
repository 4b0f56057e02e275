#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <string>

#include "http/connection.h"

namespace leash::http {

/// Who is connected, and who has to go when there are too many.
///
/// A connection waits (for a complete head, or for its next request) or it is busy with a request.
/// Under pressure the one that has waited longest is closed; a busy one never is. Confined to the
/// loop. A connection is in it from admit() to remove(), or until it is closed here.
class ConnectionTable {
 public:
  struct Limits {
    std::size_t total = 1024;
    std::size_t per_address = 512;  ///< For TCP; all clients of a unix socket are one user's.
  };
  explicit ConnectionTable(Limits limits) : limits_(limits) {}

  /// Takes it in, waiting; closes another one for it if that is what it takes. False: no room.
  [[nodiscard]] bool admit(Connection& connection);
  void remove(Connection& connection);

  /// Its head is complete; it cannot be evicted now.
  void set_busy(Connection& connection);
  /// It waits for its next request from now on.
  void set_waiting(Connection& connection);

  /// Closes the one that has waited longest; false if none waits.
  bool evict_one();
  void close_waiting();
  void close_all();

  [[nodiscard]] std::size_t size() const { return waiting_.size() + busy_.size(); }

 private:
  bool evict_from(const std::string& address);
  void evict(Connection& connection);

  const Limits limits_;
  std::list<Connection*> waiting_;  ///< The longest first.
  std::list<Connection*> busy_;
  std::map<std::string, std::size_t, std::less<>> by_address_;
};

}  // namespace leash::http
