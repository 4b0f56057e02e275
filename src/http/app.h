#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "base/units.h"
#include "http/access_log.h"
#include "http/audit_log.h"
#include "http/compat/flow/flow_stats.h"
#include "http/compat/options.h"
#include "http/compat/sharppad/early_stops.h"
#include "http/guard.h"
#include "http/metrics.h"
#include "http/rate_limit.h"
#include "http/request_reader.h"
#include "http/static_files.h"
#include "http/tickets.h"
#include "runtimes/catalog.h"
#include "service/service.h"

namespace leash::http {

/// What all sessions and handlers share. Confined to the loop; owned by the server and by every
/// session that still runs.
struct App {
  boost::asio::io_context& loop;
  service::Service& service;
  std::shared_ptr<const runtimes::Catalog> catalog;
  Guard guard;
  AccessLog log;
  AuditLog audit;
  base::Bytes body_limit;
  ReadTimes times;
  base::Millis write_margin;  ///< For a client that takes nothing of a whole answer.
  base::Millis quiet;         ///< Until a quiet stream is kept alive, by a line or a ping.
  std::span<const StaticFile> page;
  TicketTable tickets;
  CompatOptions compat = {};
  Metrics metrics = {};
  FlowStats flow = {};
  EarlyStops early_stops = {};
  std::map<std::string, RateLimit, std::less<>> missed_stops = {};  ///< By tenant.
  std::function<std::size_t()> connections = {};                    ///< How many there are.
  bool stopping = false;  ///< No request follows the one that is being answered.
};

}  // namespace leash::http
