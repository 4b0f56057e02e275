#include "runtimes/js_host/natives.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "runtimes/js_host/host.h"
#include "runtimes/js_host/stdio.h"
#include "runtimes/js_host/text.h"

// Exported by the engine, but in none of its public headers (JSObjectRefPrivate.h).
extern "C" JSObjectRef JSObjectGetProxyTarget(JSObjectRef);

namespace leash::js_host {
namespace {

/// The arguments of one call, with what is needed to answer it.
struct Call {
  JSContextRef context;
  Host* host;
  size_t count;
  const JSValueRef* values;
  JSValueRef* exception;

  [[nodiscard]] JSValueRef at(size_t i) const {
    return i < count ? values[i] : JSValueMakeUndefined(context);
  }
  [[nodiscard]] std::string text(size_t i) const {
    return JsString(JSValueToStringCopy(context, at(i), exception)).utf8();
  }
  [[nodiscard]] double number(size_t i) const { return JSValueToNumber(context, at(i), exception); }
  [[nodiscard]] JSValueRef undefined() const { return JSValueMakeUndefined(context); }
  [[nodiscard]] JSValueRef make_text(std::string_view utf8) const {
    return JSValueMakeString(context, JsString(utf8).ref());
  }
};

using Native = JSValueRef (*)(const Call&);

/// Adapts a Native to the engine's signature.
template <Native kNative>
JSValueRef entry(JSContextRef context, JSObjectRef, JSObjectRef self, size_t count,
                 const JSValueRef values[], JSValueRef* exception) {
  auto* host = static_cast<Host*>(JSObjectGetPrivate(self));
  if (host == nullptr) return JSValueMakeUndefined(context);
  return kNative({context, host, count, values, exception});
}

/// write(fd, text)
JSValueRef native_write(const Call& call) {
  write_all(static_cast<int>(call.number(0)), call.text(1));
  return call.undefined();
}

/// readLine(): text or null
JSValueRef native_read_line(const Call& call) {
  const std::optional<std::string> line = call.host->input().read_line();
  return line ? call.make_text(*line) : JSValueMakeNull(call.context);
}

/// readAll(): text
JSValueRef native_read_all(const Call& call) {
  return call.make_text(call.host->input().read_all());
}

/// exit(code): does not return
JSValueRef native_exit(const Call& call) {
  _exit(static_cast<int>(call.number(0)) & 0xFF);
}

/// now(): milliseconds of the monotonic clock, with fractions
JSValueRef native_now(const Call& call) {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return JSValueMakeNumber(call.context, static_cast<double>(time.tv_sec) * 1e3 +
                                             static_cast<double>(time.tv_nsec) / 1e6);
}

/// cwd(): text
JSValueRef native_cwd(const Call& call) {
  const std::unique_ptr<char, void (*)(void*)> path(getcwd(nullptr, 0), std::free);
  return call.make_text(path == nullptr ? "/" : path.get());
}

/// pid(): number
JSValueRef native_pid(const Call& call) {
  return JSValueMakeNumber(call.context, getpid());
}

/// The contents of a regular file; on failure sets errno.
std::optional<std::string> read_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat status {};
  std::optional<std::string> text;
  if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
    errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  } else {
    text = LineReader(fd).read_all();
  }
  const int saved = errno;
  close(fd);
  errno = saved;
  return text;
}

/// readFile(path): text, or a number (errno) if it cannot be read
JSValueRef native_read_file(const Call& call) {
  const std::string path = call.text(0);
  if (path.find('\0') != std::string::npos) return JSValueMakeNumber(call.context, ENOENT);
  const std::optional<std::string> text = read_file(path);
  return text ? call.make_text(*text) : JSValueMakeNumber(call.context, errno);
}

/// describeErrno(number): text
JSValueRef native_describe_errno(const Call& call) {
  return call.make_text(std::generic_category().message(static_cast<int>(call.number(0))));
}

/// evaluate(source, file): the value of the last statement; throws what the source throws
JSValueRef native_evaluate(const Call& call) {
  const JsString source(JSValueToStringCopy(call.context, call.at(0), call.exception));
  const JsString file(JSValueToStringCopy(call.context, call.at(1), call.exception));
  if (*call.exception != nullptr) return call.undefined();
  const JSValueRef value =
      JSEvaluateScript(call.context, source.ref(), nullptr, file.ref(), 1, call.exception);
  return value == nullptr ? call.undefined() : value;
}

/// load(file): evaluates one of builtins/
JSValueRef native_load(const Call& call) {
  call.host->load_builtin(call.text(0), call.exception);
  return call.undefined();
}

/// proxyTarget(object): what a Proxy stands for, undefined if it is none
JSValueRef native_proxy_target(const Call& call) {
  if (!JSValueIsObject(call.context, call.at(0))) return call.undefined();
  JSObjectRef object = JSValueToObject(call.context, call.at(0), call.exception);
  JSObjectRef target = JSObjectGetProxyTarget(object);
  return target == nullptr ? call.undefined() : target;
}

/// encodeUtf8(text): Uint8Array
JSValueRef native_encode_utf8(const Call& call) {
  const std::string bytes = call.text(0);
  JSObjectRef array = JSObjectMakeTypedArray(call.context, kJSTypedArrayTypeUint8Array,
                                             bytes.size(), call.exception);
  if (array == nullptr || *call.exception != nullptr) return call.undefined();
  void* place = JSObjectGetTypedArrayBytesPtr(call.context, array, call.exception);
  if (place != nullptr && !bytes.empty()) std::memcpy(place, bytes.data(), bytes.size());
  return array;
}

/// decodeUtf8(Uint8Array, strict): text, or null if strict and the bytes are not UTF-8
JSValueRef native_decode_utf8(const Call& call) {
  JSObjectRef array = JSValueToObject(call.context, call.at(0), call.exception);
  if (array == nullptr) return call.undefined();
  const size_t size = JSObjectGetTypedArrayByteLength(call.context, array, call.exception);
  const size_t offset = JSObjectGetTypedArrayByteOffset(call.context, array, call.exception);
  const auto* place =
      static_cast<const char*>(JSObjectGetTypedArrayBytesPtr(call.context, array, call.exception));
  const std::string_view bytes =
      place == nullptr ? std::string_view() : std::string_view(place + offset, size);
  bool good = true;
  const std::u16string wide = to_utf16(bytes, &good);
  if (!good && JSValueToBoolean(call.context, call.at(1))) return JSValueMakeNull(call.context);
  return JSValueMakeString(call.context,
                           JsString(JSStringCreateWithCharacters(
                                        reinterpret_cast<const JSChar*>(wide.data()), wide.size()))
                               .ref());
}

constexpr JSPropertyAttributes kFixed =
    kJSPropertyAttributeReadOnly | kJSPropertyAttributeDontDelete;

constexpr std::array kNatives = {
    JSStaticFunction{"write", entry<native_write>, kFixed},
    JSStaticFunction{"readLine", entry<native_read_line>, kFixed},
    JSStaticFunction{"readAll", entry<native_read_all>, kFixed},
    JSStaticFunction{"exit", entry<native_exit>, kFixed},
    JSStaticFunction{"now", entry<native_now>, kFixed},
    JSStaticFunction{"cwd", entry<native_cwd>, kFixed},
    JSStaticFunction{"pid", entry<native_pid>, kFixed},
    JSStaticFunction{"readFile", entry<native_read_file>, kFixed},
    JSStaticFunction{"describeErrno", entry<native_describe_errno>, kFixed},
    JSStaticFunction{"evaluate", entry<native_evaluate>, kFixed},
    JSStaticFunction{"load", entry<native_load>, kFixed},
    JSStaticFunction{"proxyTarget", entry<native_proxy_target>, kFixed},
    JSStaticFunction{"encodeUtf8", entry<native_encode_utf8>, kFixed},
    JSStaticFunction{"decodeUtf8", entry<native_decode_utf8>, kFixed},
    JSStaticFunction{nullptr, nullptr, 0},
};

}  // namespace

JSObjectRef make_host_object(JSContextRef context, Host& owner) {
  JSClassDefinition definition = kJSClassDefinitionEmpty;
  definition.className = "Host";
  definition.staticFunctions = kNatives.data();
  JSClassRef kind = JSClassCreate(&definition);
  JSObjectRef object = JSObjectMake(context, kind, &owner);
  JSClassRelease(kind);
  return object;
}

}  // namespace leash::js_host
