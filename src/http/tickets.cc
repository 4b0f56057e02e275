#include "http/tickets.h"

#include <algorithm>
#include <utility>

#include "run/executor.h"

namespace leash::http {

std::optional<std::string> TicketTable::issue(const service::Tenant& tenant,
                                              std::string_view run_id, base::TimePoint now) {
  sweep(now);
  const auto held = std::ranges::count_if(
      tickets_, [&](const auto& entry) { return entry.second.tenant.name == tenant.name; });
  if (static_cast<std::size_t>(held) >= kPerTenant) return std::nullopt;
  std::string ticket = run::make_run_id();  // 128 random bits, as good a secret as an id.
  ticket.front() = 't';
  const base::TimePoint expires = now + life_;
  expiries_.push_back({expires, ticket});
  tickets_.emplace(ticket, Ticket{tenant, std::string(run_id), expires});
  return ticket;
}

std::optional<service::Tenant> TicketTable::redeem(std::string_view ticket, std::string_view run_id,
                                                   base::TimePoint now) {
  sweep(now);
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end()) return std::nullopt;
  const Ticket used = std::move(found->second);
  tickets_.erase(found);
  if (used.run_id != run_id) return std::nullopt;
  return used.tenant;
}

void TicketTable::sweep(base::TimePoint now) {
  while (!expiries_.empty() && expiries_.front().at <= now) {
    tickets_.erase(expiries_.front().ticket);
    expiries_.pop_front();
  }
}

}  // namespace leash::http
