#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/units.h"
#include "service/service.h"

namespace leash::http {

/// Stand-ins for a token where a browser cannot send one: in the address of a WebSocket or an
/// EventSource. A ticket opens one run's stream, once, within its short life, for the tenant that
/// asked for it; so an address that ends up in a log or a history is worth nothing.
///
/// Confined to the loop. Bounded: a tenant has at most `kPerTenant` unused tickets at a time.
class TicketTable {
 public:
  static constexpr std::size_t kPerTenant = 256;

  explicit TicketTable(base::Millis life) : life_(life) {}

  /// A fresh ticket; none if this tenant has too many.
  [[nodiscard]] std::optional<std::string> issue(const service::Tenant& tenant,
                                                 std::string_view run_id, base::TimePoint now);
  /// Whose ticket it is. It is used up by this, whatever the answer: none if it is unknown, too
  /// old, or another run's.
  [[nodiscard]] std::optional<service::Tenant> redeem(std::string_view ticket,
                                                      std::string_view run_id, base::TimePoint now);

  [[nodiscard]] base::Millis life() const { return life_; }
  [[nodiscard]] std::size_t size() const { return tickets_.size(); }

 private:
  struct Ticket {
    service::Tenant tenant;
    std::string run_id;
    base::TimePoint expires;
  };
  struct Expiry {
    base::TimePoint at;
    std::string ticket;
  };

  void sweep(base::TimePoint now);

  const base::Millis life_;
  std::map<std::string, Ticket, std::less<>> tickets_;
  std::deque<Expiry> expiries_;  ///< All live as long, so they expire in the order of issue.
};

}  // namespace leash::http
