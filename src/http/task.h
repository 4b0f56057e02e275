#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace leash::http {

/// The executor type is written out, so that no operation goes through any_io_executor.
using LoopExecutor = boost::asio::io_context::executor_type;

/// A coroutine on the server's loop.
template <typename T>
using Task = boost::asio::awaitable<T, LoopExecutor>;

inline constexpr boost::asio::use_awaitable_t<LoopExecutor> use_task;

}  // namespace leash::http
