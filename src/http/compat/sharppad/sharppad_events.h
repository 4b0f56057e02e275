#pragma once

#include <string>
#include <string_view>

#include "base/units.h"
#include "http/compat/sharppad/sharppad_text.h"
#include "run/event.h"
#include "run/spec.h"

namespace leash::http {

/// The exit code of a C# program that an exception ended (as with .NET); csharp/host.cs has told it
/// on stderr already.
inline constexpr int kUnhandledException = 134;

/// A run's events as SharpPad's lines, `data: {json}` and nothing else. Every stream ends with one
/// `completed`, whatever ended the run. A value; any thread.
class SharpPadEvents {
 public:
  explicit SharpPadEvents(SharpPadText text) : text_(text) {}

  /// Appends what there is to say of this event, which may be nothing. `spec` is the run's.
  void append(std::string& out, const run::RunSpec& spec, const run::Event& event) const;

 private:
  void append_end(std::string& out, const run::RunSpec& spec, const run::RunSnapshot& end) const;

  SharpPadText text_;
};

void append_sharppad_output(std::string& out, std::string_view content);
void append_sharppad_error(std::string& out, std::string_view content);
void append_sharppad_completed(std::string& out, std::string_view error);

/// One error `[file:line] message` for each that the compiler reported; if there is none in what it
/// said, all of that.
void append_sharppad_diagnostics(std::string& out, const run::CompileReport& report);

}  // namespace leash::http
