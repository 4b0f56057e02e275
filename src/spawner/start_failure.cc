#include "spawner/start_failure.h"

#include <cerrno>

#include "protocol/channel.h"

namespace leash::spawner {
namespace {

std::string remedy_for(const base::Error& error) {
  if (!error.detail.empty()) return error.detail;
  switch (error.number) {
    case EPERM:
    case EACCES:
      return "run as root, with CAP_SYS_ADMIN (docker run --privileged), or as an ordinary user "
             "who may make user namespaces";
    case ENOSYS:
      return "use Linux 5.14 or newer";
    case ENODEV:
      return "use a kernel that has this file system: CONFIG_TMPFS, CONFIG_PROC_FS";
    case EROFS:
      return "make it writable";
    default:
      return "see the detail";
  }
}

}  // namespace

protocol::Hello make_failure_hello(const base::Error& error, std::uint64_t catalog_fingerprint,
                                   bool rootless, protocol::CgroupMode mode) {
  protocol::Hello hello{.catalog_fingerprint = catalog_fingerprint,
                        .cgroup_mode = mode,
                        .rootless = rootless ? 1U : 0U,
                        .layer_count = 1};
  base::Error plain = error;
  plain.detail.clear();
  protocol::LayerStatus& layer = hello.layers[0];
  protocol::set_text(layer.name, "setup");
  protocol::set_text(layer.detail, plain.message());
  protocol::set_text(layer.remedy, remedy_for(error));
  return hello;
}

}  // namespace leash::spawner
