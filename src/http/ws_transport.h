#pragma once

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <utility>

#include "http/connection.h"

namespace leash::http {

/// A connection as Boost.Beast's WebSocket wants its stream: it reads and writes the socket, and
/// leaves the end of the connection to the session (session.h), which lingers. The connection
/// outlives it.
class WsTransport {
 public:
  using executor_type = LoopExecutor;

  explicit WsTransport(Connection& connection) : connection_(&connection) {}

  executor_type get_executor() const { return connection_->socket().get_executor(); }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return connection_->socket().async_read_some(buffers, std::forward<Token>(token));
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return connection_->socket().async_write_some(buffers, std::forward<Token>(token));
  }

  // Beast's customization points, found by their argument.
  friend void beast_close_socket(WsTransport& transport) { transport.connection_->close(); }
  friend void teardown(boost::beast::role_type /*role*/, WsTransport& /*transport*/,
                       boost::beast::error_code& error) {
    error = {};
  }
  template <typename Handler>
  friend void async_teardown(boost::beast::role_type /*role*/, WsTransport& transport,
                             Handler&& handler) {
    boost::asio::post(transport.get_executor(),
                      [handler = std::forward<Handler>(handler)]() mutable {
                        std::move(handler)(boost::beast::error_code());
                      });
  }

 private:
  Connection* connection_;
};

}  // namespace leash::http
