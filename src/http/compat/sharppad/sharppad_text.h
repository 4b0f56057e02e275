#pragma once

#include <string>
#include <string_view>

#include "base/units.h"
#include "run/outcome.h"

namespace leash::http {

/// The messages of the SharpPad endpoints: Chinese, as the original's are, or English.
struct SharpPadText {
  bool english = false;

  [[nodiscard]] std::string_view stopped() const;         ///< 代码执行已停止
  [[nodiscard]] std::string_view no_session() const;      ///< 未找到活跃的执行会话
  [[nodiscard]] std::string_view cancelled() const;       ///< 代码执行已被取消
  [[nodiscard]] std::string_view stop_failed() const;     ///< 停止执行时发生错误
  [[nodiscard]] std::string_view too_many_stops() const;  ///< Of runs that are not there.
  [[nodiscard]] std::string truncated(std::uint64_t bytes) const;
  /// Why a run ended, unless by its own exit with code 0.
  [[nodiscard]] std::string ended(const run::RunSnapshot& snapshot, base::Millis wall) const;
};

/// The language that Accept-Language asks for: Chinese unless it prefers English.
[[nodiscard]] SharpPadText sharppad_text(std::string_view accept_language);

}  // namespace leash::http
