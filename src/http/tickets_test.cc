#include "http/tickets.h"

#include <gtest/gtest.h>

#include <set>

namespace leash::http {
namespace {

const service::Tenant kAlice{.name = "alice"};
const service::Tenant kBob{.name = "bob"};
const base::TimePoint kStart{std::chrono::hours(1)};

TEST(Tickets, OpensOnce) {
  TicketTable tickets(base::Millis(30'000));
  const auto ticket = tickets.issue(kAlice, "r_1", kStart);
  ASSERT_TRUE(ticket);
  EXPECT_EQ(tickets.redeem(*ticket, "r_1", kStart)->name, "alice");
  EXPECT_FALSE(tickets.redeem(*ticket, "r_1", kStart)) << "it was used";
  EXPECT_EQ(tickets.size(), 0U);
}

TEST(Tickets, IsForOneRunAndUsedUpByAnother) {
  TicketTable tickets(base::Millis(30'000));
  const auto ticket = tickets.issue(kAlice, "r_1", kStart);
  EXPECT_FALSE(tickets.redeem(*ticket, "r_2", kStart));
  EXPECT_FALSE(tickets.redeem(*ticket, "r_1", kStart));
}

TEST(Tickets, Expires) {
  TicketTable tickets(base::Millis(30'000));
  const auto first = tickets.issue(kAlice, "r_1", kStart);
  const auto second = tickets.issue(kAlice, "r_1", kStart + base::Millis(1));
  const base::TimePoint end = kStart + base::Millis(30'000);
  EXPECT_FALSE(tickets.redeem(*first, "r_1", end));
  EXPECT_TRUE(tickets.redeem(*second, "r_1", end)) << "it has a millisecond left";
}

TEST(Tickets, AreManyAndDifferent) {
  TicketTable tickets(base::Millis(30'000));
  std::set<std::string> seen;
  for (std::size_t i = 0; i < TicketTable::kPerTenant; ++i) {
    seen.insert(tickets.issue(kAlice, "r_1", kStart).value_or(""));
  }
  EXPECT_EQ(seen.size(), TicketTable::kPerTenant);
  EXPECT_FALSE(tickets.issue(kAlice, "r_1", kStart)) << "more than a tenant may hold";
  EXPECT_TRUE(tickets.issue(kBob, "r_1", kStart)) << "one tenant's hoard is no other's trouble";
  EXPECT_TRUE(tickets.issue(kAlice, "r_1", kStart + base::Millis(30'000))) << "they have expired";
  EXPECT_EQ(tickets.size(), 1U);
}

TEST(Tickets, NobodyGuesses) {
  TicketTable tickets(base::Millis(30'000));
  const auto ticket = tickets.issue(kAlice, "r_1", kStart);
  EXPECT_FALSE(tickets.redeem("", "r_1", kStart));
  EXPECT_FALSE(tickets.redeem(ticket->substr(0, 10), "r_1", kStart));
  EXPECT_TRUE(tickets.redeem(*ticket, "r_1", kStart));
}

}  // namespace
}  // namespace leash::http
