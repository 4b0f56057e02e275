#include "http/connection_table.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace leash::http {

bool ConnectionTable::admit(Connection& connection) {
  const std::string& address = connection.peer();
  if (!address.empty()) {
    const auto count = by_address_.find(address);
    const bool full = count != by_address_.end() && count->second >= limits_.per_address;
    if (full && !evict_from(address)) return false;
  }
  if (size() >= limits_.total && !evict_one()) return false;
  if (!address.empty()) ++by_address_[address];
  waiting_.push_back(&connection);
  connection.place_ = std::prev(waiting_.end());
  connection.in_table_ = Connection::InTable::kWaiting;
  return true;
}

void ConnectionTable::remove(Connection& connection) {
  if (connection.in_table_ == Connection::InTable::kNo) return;
  auto& list = connection.in_table_ == Connection::InTable::kWaiting ? waiting_ : busy_;
  list.erase(connection.place_);
  connection.in_table_ = Connection::InTable::kNo;
  const auto count = by_address_.find(connection.peer());
  if (count != by_address_.end() && --count->second == 0) by_address_.erase(count);
}

void ConnectionTable::evict(Connection& connection) {
  remove(connection);
  connection.close();
}

void ConnectionTable::set_busy(Connection& connection) {
  if (connection.in_table_ != Connection::InTable::kWaiting) return;
  busy_.splice(busy_.end(), waiting_, connection.place_);
  connection.in_table_ = Connection::InTable::kBusy;
}

void ConnectionTable::set_waiting(Connection& connection) {
  if (connection.in_table_ != Connection::InTable::kBusy) return;
  waiting_.splice(waiting_.end(), busy_, connection.place_);
  connection.in_table_ = Connection::InTable::kWaiting;
}

bool ConnectionTable::evict_one() {
  if (waiting_.empty()) return false;
  evict(*waiting_.front());
  return true;
}

bool ConnectionTable::evict_from(const std::string& address) {
  const auto oldest = std::find_if(waiting_.begin(), waiting_.end(), [&](const Connection* waits) {
    return waits->peer() == address;
  });
  if (oldest == waiting_.end()) return false;
  evict(**oldest);
  return true;
}

void ConnectionTable::close_waiting() {
  while (evict_one()) {
  }
}

void ConnectionTable::close_all() {
  close_waiting();
  while (!busy_.empty()) evict(*busy_.front());
}

}  // namespace leash::http
