#include "http/compat/sharppad/sharppad_text.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/ascii.h"
#include "http/compat/flow/flow_outcome.h"

namespace leash::http {
namespace {

/// The weight of the first language range that begins with `language`, 0 to 1000; -1: none.
int weight_of(std::string_view accept, std::string_view language) {
  while (!accept.empty()) {
    const auto comma = accept.find(',');
    std::string_view range = accept.substr(0, comma);
    accept = comma == std::string_view::npos ? std::string_view() : accept.substr(comma + 1);
    range.remove_prefix(std::min(range.find_first_not_of(" \t"), range.size()));
    if (!base::iequals(range.substr(0, language.size()), language)) continue;
    const auto q = range.find("q=");
    if (q == std::string_view::npos) return 1000;
    const double weight = std::strtod(std::string(range.substr(q + 2)).c_str(), nullptr);
    return weight >= 0 && weight <= 1 ? static_cast<int>(weight * 1000) : 0;
  }
  return -1;
}

}  // namespace

std::string_view SharpPadText::stopped() const {
  return english ? "Code execution stopped" : "代码执行已停止";
}
std::string_view SharpPadText::no_session() const {
  return english ? "No active execution session found" : "未找到活跃的执行会话";
}
std::string_view SharpPadText::cancelled() const {
  return english ? "Code execution was cancelled" : "代码执行已被取消";
}
std::string_view SharpPadText::stop_failed() const {
  return english ? "Error while stopping the execution" : "停止执行时发生错误";
}
std::string_view SharpPadText::too_many_stops() const {
  return english ? "Too many stops of sessions that do not exist" : "停止请求过于频繁";
}
std::string SharpPadText::truncated(std::uint64_t bytes) const {
  return english ? fmt::format("{} bytes of output were left out", bytes)
                 : fmt::format("输出被截断，省略了 {} 字节", bytes);
}

std::string SharpPadText::ended(const run::RunSnapshot& snapshot, base::Millis wall) const {
  using run::Cause;
  const auto say = [this](std::string_view zh, std::string_view en) {
    return std::string(english ? en : zh);
  };
  switch (snapshot.cause) {
    case Cause::kExit:
      if (!snapshot.exit || (!snapshot.exit->signaled && snapshot.exit->code == 0)) return {};
      if (snapshot.exit->signaled) {
        return say("进程异常终止: ", "Process was ended by ") +
               run::signal_name(snapshot.exit->code);
      }
      return fmt::format("{}{}", say("进程退出代码: ", "Process exited with code "),
                         snapshot.exit->code);
    case Cause::kWallLimit:
      return fmt::format("{} ({})", say("代码执行超时", "Code execution timed out"),
                         go_duration(wall));
    case Cause::kMemoryLimit:
      return say("内存超出限制", "Memory limit exceeded");
    case Cause::kQueueLimit:
      return say("系统繁忙，请稍后重试", "The server is busy, try again later");
    case Cause::kShutdown:
      return say("服务正在关闭", "The server is shutting down");
    case Cause::kSetupError:
    case Cause::kServerLost:
      return say("执行环境不可用", "The sandbox is not available");
    default:
      return std::string(cancelled());
  }
}

SharpPadText sharppad_text(std::string_view accept_language) {
  const int english = weight_of(accept_language, "en");
  return {.english = english > 0 && english > weight_of(accept_language, "zh")};
}

}  // namespace leash::http
