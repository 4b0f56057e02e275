#pragma once

#include <JavaScriptCore/JavaScript.h>

namespace leash::js_host {

class Host;

/// The object `host` that the files of builtins/ get: what JavaScript cannot do by itself. Its
/// methods must be called on it (host.write(…)), and `owner` must outlive the context.
[[nodiscard]] JSObjectRef make_host_object(JSContextRef context, Host& owner);

}  // namespace leash::js_host
