#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace leash::http {

/// The sizes of Flow-CodeBlock, in bytes.
inline constexpr std::size_t kFlowMaxCode = 65'535;
inline constexpr std::size_t kFlowMaxInput = std::size_t{2} * 1024 * 1024;
inline constexpr std::size_t kFlowMaxResult = std::size_t{5} * 1024 * 1024;
/// What program.js may print: the largest result, or an error's message and stack.
inline constexpr std::size_t kFlowMaxOutput = kFlowMaxResult + std::size_t{128} * 1024;

/// A failed call, as the vendor words it: `type` is one of its names (ValidationError,
/// TimeoutError, …) or the constructor of what the block threw.
struct FlowError {
  std::string type;
  std::string message;
  std::string stack = {};  ///< May be empty.
};

/// POST /flow/codeblock as it was sent. A plain value.
struct FlowRequest {
  std::string code;   ///< A function body.
  std::string input;  ///< An object, as JSON.
};

/// Reads `{"input":{…},"codebase64":"…"}`. A refusal is always a ValidationError. Pure.
[[nodiscard]] std::variant<FlowRequest, FlowError> parse_flow_request(std::string_view body);

}  // namespace leash::http
