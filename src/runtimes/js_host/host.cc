#include "runtimes/js_host/host.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include "runtimes/js_host/builtins.h"
#include "runtimes/js_host/natives.h"
#include "runtimes/js_host/text.h"

// Exported by the engine, but in none of its public headers (JSContextRefPrivate.h).
extern "C" void JSGlobalContextSetUnhandledRejectionCallback(JSGlobalContextRef, JSObjectRef,
                                                             JSValueRef*);

namespace leash::js_host {
namespace {

constexpr int kInternalErrorExit = 70;  // EX_SOFTWARE
constexpr double kLongestWaitMs = 86'400'000;

}  // namespace

Host::Host()
    : context_(JSGlobalContextCreate(nullptr)),
      internal_(JSObjectMake(context_, nullptr, nullptr)),
      host_object_(make_host_object(context_, *this)) {
  JSValueProtect(context_, internal_);
  JSValueProtect(context_, host_object_);
  JSValueRef exception = nullptr;
  for (const Builtin& builtin : builtins()) {
    if (!builtin.is_lazy) load_builtin(builtin.name, &exception);
    if (exception != nullptr) die(builtin.name, exception);
  }
  JSValueRef handler =
      JSObjectGetProperty(context_, internal_, JsString("onUnhandledRejection").ref(), &exception);
  if (exception == nullptr) {
    JSGlobalContextSetUnhandledRejectionCallback(
        context_, JSValueToObject(context_, handler, &exception), &exception);
  }
  if (exception != nullptr) die("start", exception);
}

bool Host::load_builtin(std::string_view name, JSValueRef* exception) {
  const auto all = builtins();
  const auto file = std::find_if(all.begin(), all.end(),
                                 [&](const Builtin& builtin) { return builtin.name == name; });
  if (file == all.end()) return false;
  const JsString url("leash:" + std::string(name));
  JSValueRef function =
      JSEvaluateScript(context_, JsString(file->source).ref(), nullptr, url.ref(), 1, exception);
  if (*exception != nullptr) return true;
  const JSValueRef args[] = {host_object_, internal_};
  JSObjectCallAsFunction(context_, JSValueToObject(context_, function, nullptr), nullptr, 2, args,
                         exception);
  return true;
}

void Host::reseed() {
  std::array<std::uint32_t, 4> seed{};
  if (getrandom(seed.data(), sizeof seed, 0) != sizeof seed) _exit(kInternalErrorExit);
  const auto number = [this](std::uint32_t value) { return JSValueMakeNumber(context_, value); };
  call("reseed", {number(seed[0]), number(seed[1]), number(seed[2]), number(seed[3])});
}

JSValueRef Host::text(std::string_view utf8) const {
  return JSValueMakeString(context_, JsString(utf8).ref());
}

JSValueRef Host::call(const char* name, std::initializer_list<JSValueRef> args) {
  JSValueRef exception = nullptr;
  JSValueRef function = JSObjectGetProperty(context_, internal_, JsString(name).ref(), &exception);
  JSValueRef value = JSObjectCallAsFunction(context_, JSValueToObject(context_, function, nullptr),
                                            internal_, args.size(), args.begin(), &exception);
  if (exception == nullptr) return value;
  // Reports and ends the process, unless the program has a handler of its own.
  JSValueRef second = nullptr;
  const JSValueRef report_args[] = {exception};
  JSValueRef report =
      JSObjectGetProperty(context_, internal_, JsString("onUncaught").ref(), &second);
  JSObjectCallAsFunction(context_, JSValueToObject(context_, report, nullptr), internal_, 1,
                         report_args, &second);
  if (second != nullptr) die(name, second);
  return nullptr;
}

int Host::run(const Job& job) {
  for (const std::string& arg : job.args) call("addArgument", {text(arg)});
  for (const auto& [name, value] : job.environment) {
    call("setVariable", {text(name), text(value)});
  }
  call("runMain", {text(job.path)});
  run_until_idle();
  JSValueRef code = call("finish", {});
  return code == nullptr ? 1 : static_cast<int>(JSValueToNumber(context_, code, nullptr)) & 0xFF;
}

void Host::run_until_idle() {
  for (;;) {
    JSValueRef answer = call("step", {});
    const double milliseconds = answer == nullptr ? 0 : JSValueToNumber(context_, answer, nullptr);
    if (milliseconds < 0) return;
    if (milliseconds > 0) wait(milliseconds);
  }
}

void Host::wait(double milliseconds) const {
  if (!(milliseconds < kLongestWaitMs)) milliseconds = kLongestWaitMs;
  const double seconds = std::floor(milliseconds / 1e3);
  timespec time{.tv_sec = static_cast<time_t>(seconds),
                .tv_nsec = static_cast<long>((milliseconds - seconds * 1e3) * 1e6)};
  nanosleep(&time, nullptr);  // Waking early is fine: step() looks at the clock itself.
}

void Host::die(std::string_view step, JSValueRef exception) const {
  const JsString message(JSValueToStringCopy(context_, exception, nullptr));
  write_all(2, "leash-js: " + std::string(step) + ": " + message.utf8() + "\n");
  _exit(kInternalErrorExit);
}

}  // namespace leash::js_host
