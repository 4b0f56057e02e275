#include "sandbox/mount/box.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "sys/file.h"

namespace leash::sandbox {
namespace {

base::Result<void> configure(int context, unsigned command, const char* key, const char* value) {
  if (::syscall(SYS_fsconfig, context, command, key, value, 0) != 0) {
    return base::system_error("fsconfig", key == nullptr ? "tmpfs" : key);
  }
  return {};
}

}  // namespace

base::Result<Box> Box::create(uid_t owner) {
  sys::UniqueFd context(static_cast<int>(::syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC)));
  if (!context.is_open()) return base::system_error("fsopen", "tmpfs");
  struct Setting {
    unsigned command;
    const char* key;
    const char* value;
  };
  for (const Setting& setting : {Setting{FSCONFIG_SET_STRING, "source", "leash-box"},
                                 Setting{FSCONFIG_SET_STRING, "size", "64k"},
                                 Setting{FSCONFIG_SET_STRING, "nr_inodes", "16"},
                                 Setting{FSCONFIG_SET_STRING, "mode", "0755"},
                                 Setting{FSCONFIG_CMD_CREATE, nullptr, nullptr}}) {
    auto done = configure(context.get(), setting.command, setting.key, setting.value);
    if (!done) return done.error();
  }
  sys::UniqueFd mount(static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC,
                                                 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)));
  if (!mount.is_open()) return base::system_error("fsmount", "tmpfs");
  struct Folder {
    const char* name;
    mode_t mode;
  };
  for (const Folder& folder : {Folder{"work", 0700}, Folder{"tmp", 01777}, Folder{"shm", 01777}}) {
    if (::mkdirat(mount.get(), folder.name, folder.mode) != 0 ||
        ::fchmodat(mount.get(), folder.name, folder.mode, 0) != 0 ||
        ::fchownat(mount.get(), folder.name, owner, owner, AT_SYMLINK_NOFOLLOW) != 0) {
      return base::system_error("mkdir", folder.name);
    }
  }
  auto meter = sys::open_at(mount.get(), ".", O_TMPFILE | O_RDWR, 0600);
  if (!meter) return meter.error();
  return Box(std::move(context), std::move(mount), std::move(*meter));
}

base::Result<void> Box::set_caps(base::Bytes size, std::uint64_t inodes) const {
  const std::string bytes = std::to_string(size.count);
  const std::string files = std::to_string(inodes);
  if (auto set = configure(context_.get(), FSCONFIG_SET_STRING, "size", bytes.c_str()); !set) {
    return set;
  }
  if (auto set = configure(context_.get(), FSCONFIG_SET_STRING, "nr_inodes", files.c_str()); !set) {
    return set;
  }
  return configure(context_.get(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr);
}

}  // namespace leash::sandbox
