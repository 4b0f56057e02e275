#include "http/exchange.h"

#include "http/compat/flow/flow_answer.h"
#include "http/request_id.h"

namespace leash::http {
namespace {

/// "0000a3f0\r\n": of fixed width, so that it can be written after the data behind it.
constexpr std::size_t kChunkHead = 10;

}  // namespace

Exchange::Exchange(App& app, Connection& connection, RequestReader& reader)
    : app_(app), connection_(connection), reader_(reader) {}

std::string_view Exchange::method() const {
  const auto text = message().method_string();
  return {text.data(), text.size()};
}

std::string_view Exchange::header(boost::beast::http::field name) const {
  const auto found = message().find(name);
  if (found == message().end()) return {};
  return {found->value().data(), found->value().size()};
}

std::string_view Exchange::header(std::string_view name) const {
  const auto found = message().find(boost::beast::string_view(name.data(), name.size()));
  if (found == message().end()) return {};
  return {found->value().data(), found->value().size()};
}

Task<void> Exchange::respond(Response response) {
  // What is left of a body would be taken for the next request.
  keep_alive_ = message().keep_alive() && reader_.is_complete() && !response.close &&
                !app_.stopping && !connection_.is_gone();
  status_ = response.status;
  std::string out;
  const std::string_view payload = response.payload();
  const bool head_only = method() == "HEAD" || response.status == 204 || response.status == 304;
  out.reserve(1024 + (head_only ? 0 : payload.size()));
  append_head(out, response,
              {.request_id = request_id_, .allow_origin = cors_origin_, .keep_alive = keep_alive_});
  if (!head_only) out += payload;
  const auto written = co_await connection_.write(out, app_.write_margin);
  if (written == Connection::Written::kStalled) {
    abandon(Cut::kStalled);
  } else if (written != Connection::Written::kAll) {
    abandon();
  }
}

Response Exchange::refusal(const service::Problem& problem) const {
  if (dialect_ == Dialect::kFlow) return flow_problem(problem, std::chrono::system_clock::now());
  return problem_response(problem);
}

Task<void> Exchange::refuse(service::Problem problem) {
  Response response = refusal(problem);
  co_await respond(std::move(response));
}

void Exchange::begin_stream(std::string& out, std::string_view content_type,
                            std::string_view cache_control) {
  keep_alive_ = message().keep_alive() && reader_.is_complete() && !app_.stopping;
  chunked_ = message().version() >= 11;
  if (!chunked_) keep_alive_ = false;
  Response head;
  head.content_type = content_type;
  head.cache_control = cache_control;
  head.headers.emplace_back("X-Accel-Buffering", "no");
  status_ = head.status;
  append_head(out, head,
              {.request_id = request_id_,
               .allow_origin = cors_origin_,
               .keep_alive = keep_alive_,
               .body = chunked_ ? HeadContext::Body::kChunked : HeadContext::Body::kUntilClose});
}

std::size_t Exchange::begin_chunk(std::string& out) const {
  const std::size_t begin = out.size();
  if (chunked_) out.append("00000000\r\n");
  return begin;
}

void Exchange::end_chunk(std::string& out, std::size_t begin) const {
  if (!chunked_) return;
  std::size_t size = out.size() - begin - kChunkHead;
  if (size == 0) {
    out.resize(begin);  // An empty chunk would be the end of the answer.
    return;
  }
  for (std::size_t digit = 8; digit-- > 0; size >>= 4) {
    out[begin + digit] = "0123456789abcdef"[size & 15];
  }
  out += "\r\n";
}

void Exchange::append_end(std::string& out) {
  if (chunked_) out += "0\r\n\r\n";
}

void Exchange::abandon(Cut cut) {
  keep_alive_ = false;
  switch (cut) {
    case Cut::kClientLeft:
      status_ = connection_.was_left() ? kClientClosedRequest : 503;
      break;
    case Cut::kStalled:
      status_ = 408;
      break;
    case Cut::kViolation:
      status_ = 400;
      break;
  }
}

void Exchange::decorate_upgrade(boost::beast::http::header<false>& head) {
  keep_alive_ = false;
  status_ = static_cast<int>(head.result_int());
  head.set("X-Request-ID", request_id_);
  head.set("Cache-Control", "no-store");
  head.set("X-Content-Type-Options", "nosniff");
}

}  // namespace leash::http
