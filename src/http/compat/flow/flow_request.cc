#include "http/compat/flow/flow_request.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "http/json_text.h"
#include "http/strict_json.h"

namespace leash::http {
namespace {

namespace json = boost::json;

FlowError invalid(std::string message) {
  return {.type = "ValidationError", .message = std::move(message)};
}

}  // namespace

std::variant<FlowRequest, FlowError> parse_flow_request(std::string_view body) {
  const auto document = parse_strict_json(body);
  if (!document) return invalid("请求参数错误: " + document.error().detail);
  const auto* fields = document->if_object();
  if (fields == nullptr) return invalid("请求参数错误: 需要一个 JSON 对象");
  const auto* input = fields->if_contains("input");
  if (input == nullptr || !input->is_object()) {
    return invalid("请求参数错误: input 必须是一个对象");
  }
  const auto* coded = fields->if_contains("codebase64");
  if (coded == nullptr || !coded->is_string() || coded->get_string().empty()) {
    return invalid("请求参数错误: codebase64 不能为空");
  }
  const auto& text = coded->get_string();
  // Told from the length alone, before anything is decoded.
  if (text.size() / 4 * 3 > kFlowMaxCode + 2) {
    return invalid(fmt::format("代码过长，最大 {} 字节", kFlowMaxCode));
  }
  auto code = decode_base64({text.data(), text.size()});
  if (!code || !base::is_utf8(*code)) return invalid("代码Base64解码失败");
  if (code->size() > kFlowMaxCode) {
    return invalid(fmt::format("代码过长，最大 {} 字节", kFlowMaxCode));
  }
  FlowRequest request{.code = std::move(*code), .input = json::serialize(*input)};
  if (request.input.size() > kFlowMaxInput) {
    return invalid(fmt::format("输入数据过大，最大 {} 字节", kFlowMaxInput));
  }
  return request;
}

}  // namespace leash::http
