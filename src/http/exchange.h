#pragma once

#include <string>
#include <string_view>

#include "http/app.h"
#include "http/connection.h"
#include "http/request_reader.h"
#include "http/response.h"
#include "http/router.h"
#include "http/target.h"
#include "http/task.h"

namespace leash::http {

/// The status in log and metrics of an answer whose client left before it was complete (nginx's).
inline constexpr int kClientClosedRequest = 499;

/// One request and its answer, as a handler sees them. Lives in the session's coroutine.
class Exchange {
 public:
  Exchange(App& app, Connection& connection, RequestReader& reader);

  // -- the request ----------------------------------------------------------------------------
  [[nodiscard]] const RequestMessage& message() const { return reader_.message(); }
  [[nodiscard]] std::string_view method() const;
  /// The value of a header, or the empty text.
  [[nodiscard]] std::string_view header(boost::beast::http::field name) const;
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] std::string_view body() const { return message().body(); }
  [[nodiscard]] const Target& target() const { return target_; }
  [[nodiscard]] std::string_view parameter() const { return parameter_; }
  [[nodiscard]] const service::Tenant& tenant() const { return tenant_; }
  [[nodiscard]] Connection& connection() { return connection_; }

  // -- the answer -----------------------------------------------------------------------------
  /// Sends a whole answer.
  [[nodiscard]] Task<void> respond(Response response);
  /// An error, in the words of the route's dialect.
  [[nodiscard]] Response refusal(const service::Problem& problem) const;
  /// Sends one.
  [[nodiscard]] Task<void> refuse(service::Problem problem);
  /// Begins an answer of unknown length: appends its head to `out`. After it, every piece goes
  /// through append_chunk(), and the last ends with append_end().
  void begin_stream(std::string& out, std::string_view content_type,
                    std::string_view cache_control = "no-store");
  /// Reserves room for a chunk's size; the data is then appended to `out` by the caller, and
  /// end_chunk() writes the size in. No copy is made.
  [[nodiscard]] std::size_t begin_chunk(std::string& out) const;
  void end_chunk(std::string& out, std::size_t begin) const;
  void append_end(std::string& out);
  /// Why an answer was not completed; the status in log and metrics follows from it.
  enum class Cut : std::uint8_t {
    kClientLeft,  ///< 499 if the client has left indeed, 503 if this server ended the connection.
    kStalled,     ///< 408: it took nothing, or did not answer a ping, for too long.
    kViolation,   ///< 400: it broke the WebSocket's rules.
  };
  /// The answer will not be completed, and the connection ends.
  void abandon(Cut cut = Cut::kClientLeft);
  /// The head of a 101 is about to be sent: adds the headers that every response has.
  void decorate_upgrade(boost::beast::http::header<false>& head);
  /// For the log.
  void set_run(std::string_view id) { run_id_ = id; }

 private:
  friend class Session;

  App& app_;
  Connection& connection_;
  RequestReader& reader_;
  Target target_;
  std::string_view parameter_;
  service::Tenant tenant_{.name = "-"};
  std::string request_id_;
  std::string run_id_;
  std::string cors_origin_;
  std::string_view route_ = "-";
  Dialect dialect_ = Dialect::kLeash;
  int status_ = 0;  ///< 0: not answered yet.
  bool keep_alive_ = true;
  bool chunked_ = true;
};

}  // namespace leash::http
