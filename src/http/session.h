#pragma once

#include <memory>

#include "http/app.h"
#include "http/connection.h"
#include "http/connection_table.h"
#include "http/exchange.h"
#include "http/task.h"

namespace leash::http {

/// The life of one connection: request after request, each read, judged, routed, answered and
/// logged, until one side has had enough. Pipelined requests are answered in order, one at a time.
///
/// What the head alone decides (Host, Origin, token, route, media type, size) is decided before any
/// of the body is read; an answer given then ends the connection.
class Session {
 public:
  Session(App& app, ConnectionTable& table, Connection& connection)
      : app_(app), table_(table), connection_(connection) {}

  /// Returns when the connection is to be closed.
  [[nodiscard]] Task<void> run();

 private:
  /// False: no further request on this connection.
  [[nodiscard]] Task<bool> one_request();
  [[nodiscard]] Task<void> answer(Exchange& exchange, RequestReader& reader);
  [[nodiscard]] Task<void> guarded_answer(Exchange& exchange, RequestReader& reader);
  /// The tenant by token or ticket, or a 401.
  [[nodiscard]] service::Checked<service::Tenant> check_access(const Exchange& exchange,
                                                               Access access);
  void log(const Exchange& exchange, base::TimePoint since) const;

  App& app_;
  ConnectionTable& table_;
  Connection& connection_;
};

}  // namespace leash::http
