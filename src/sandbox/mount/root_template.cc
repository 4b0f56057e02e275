#include "sandbox/mount/root_template.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "sandbox/spec.h"
#include "sys/file.h"

namespace leash::sandbox {
namespace {

namespace fs = std::filesystem;
using base::Result;

Result<void> make_folder(const std::string& path, unsigned mode = 0755) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return base::system_error("mkdir", path);
  return {};
}

Result<void> make_folders(const std::string& root, const std::string& path) {
  for (std::size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
    if (auto made = make_folder(root + path.substr(0, at)); !made) return made;
    if (at == std::string::npos) return {};
  }
}

Result<void> write_file(const std::string& path, std::string_view content) {
  const auto fd = sys::open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (!fd) return fd.error();
  return sys::write_all(fd->get(), content);
}

Result<void> set_attributes(const std::string& path, std::uint64_t set, unsigned flags) {
  mount_attr attributes{};
  attributes.attr_set = set;
  if (::syscall(SYS_mount_setattr, AT_FDCWD, path.c_str(), flags, &attributes, sizeof attributes) !=
      0) {
    return base::system_error("mount_setattr", path);
  }
  return {};
}

/// Shows a host file or folder, with all that is mounted below it, read-only at `target`.
Result<void> bind_read_only(const std::string& source, const std::string& target) {
  if (::mount(source.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    return base::system_error("bind", source);
  }
  return set_attributes(target, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
                        AT_RECURSIVE);
}

/// A copy, since of a bind mount /proc/self/mountinfo tells where on the host it comes from.
Result<void> copy_folder(const std::string& source, const std::string& target) {
  std::error_code error;
  fs::copy(source, target, fs::copy_options::recursive, error);
  if (error) return base::plain_error("copy", source, error.message());
  return {};
}

/// Shows a host folder that is too large for a copy, read-only at `target`. By an overlay of it and
/// nothing, named by descriptors: of that, mountinfo does not tell where it is on the host. It only
/// holds what makes compiling faster, so a kernel without overlays does without.
Result<void> show_large_folder(const std::string& source, const std::string& target) {
  const auto folder = sys::open_at(AT_FDCWD, source, O_PATH | O_DIRECTORY);
  if (!folder) return {};  // nothing was precompiled
  if (auto made = make_folder(target); !made) return made;
  const auto nothing = sys::open_at(AT_FDCWD, target, O_PATH | O_DIRECTORY);
  if (!nothing) return nothing.error();
  const std::string layers = "lowerdir=/proc/self/fd/" + std::to_string(folder->get()) +
                             ":/proc/self/fd/" + std::to_string(nothing->get());
  constexpr unsigned long kFlags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  static_cast<void>(
      ::mount("leash-precompiled", target.c_str(), "overlay", kFlags, layers.c_str()));
  return {};
}

/// What a root of one's own keeps away. Writable, as far as the host's own modes allow it.
Result<void> show_host(const std::string& root) {
  for (const char* folder : {"/usr", "/etc", "/home", "/root", "/sys"}) {
    const std::string target = root + folder;
    if (auto made = make_folder(target); !made) return made;
    if (::mount(folder, target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
      return base::system_error("bind", folder);
    }
  }
  return {};
}

/// /bin, /lib and their like: the same symlink as on the host, or the folder itself.
Result<void> show_top_folder(const std::string& root, const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (error || !fs::exists(status)) return {};
  if (fs::is_symlink(status)) {
    fs::create_symlink(fs::read_symlink(path, error), root + path, error);
    if (error) return base::plain_error("symlink", path, error.message());
    return {};
  }
  if (auto made = make_folder(root + path); !made) return made;
  return bind_read_only(path, root + path);
}

/// The host's own devices: mknod is not for the root of a user namespace.
Result<void> make_devices(const std::string& dev) {
  for (const char* name : {"null", "zero", "full", "random", "urandom"}) {
    const std::string path = dev + "/" + name;
    const std::string source = std::string("/dev/") + name;
    if (auto made = write_file(path, ""); !made) return made;
    if (::mount(source.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
      return base::system_error("bind", source);
    }
    // Read-only is about the node; what is written to a device goes through.
    auto set = set_attributes(path, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0);
    if (!set) return set;
  }
  struct Link {
    const char* name;
    const char* target;
  };
  for (const Link& link : {Link{"fd", "/proc/self/fd"}, Link{"stdin", "/proc/self/fd/0"},
                           Link{"stdout", "/proc/self/fd/1"}, Link{"stderr", "/proc/self/fd/2"}}) {
    if (::symlink(link.target, (dev + "/" + link.name).c_str()) != 0) {
      return base::system_error("symlink", link.name);
    }
  }
  return {};
}

Result<void> make_etc(const std::string& etc, const std::string& resources) {
  struct File {
    const char* name;
    std::string content;
  };
  std::vector<File> files = {
      {"passwd",
       "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n"
       "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
      {"group", "root:x:0:\nnogroup:x:65534:\n"},
      {"hosts", "127.0.0.1 localhost\n::1 localhost\n"},
      {"hostname", "leash\n"},
      {"nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
  };
  if (auto cache = sys::read_file("/etc/ld.so.cache")) files.push_back({"ld.so.cache", *cache});
  // Makes libc programs print a line when it is printed. Not an environment variable: the program
  // may clear those, and they would be part of what it sees.
  if (!resources.empty() && ::access((resources + "/libleash_stdio.so").c_str(), R_OK) == 0) {
    files.push_back({"ld.so.preload", std::string(kResourcePath) + "/libleash_stdio.so\n"});
  }
  for (const File& file : files) {
    if (auto written = write_file(etc + "/" + file.name, file.content); !written) return written;
  }
  return {};
}

Result<void> build(const std::string& root, const RootTemplate::Options& options) {
  for (const char* folder :
       {"/usr", "/etc", "/dev", "/dev/shm", "/proc", "/tmp", "/work", "/box"}) {
    if (auto made = make_folder(root + folder); !made) return made;
  }
  if (auto bound = bind_read_only("/usr", root + "/usr"); !bound) return bound;
  for (const char* top : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    if (auto shown = show_top_folder(root, top); !shown) return shown;
  }
  if (auto made = make_devices(root + "/dev"); !made) return made;
  if (auto made = make_etc(root + "/etc", options.resources); !made) return made;
  std::vector<std::string> mounts = options.mounts;
  mounts.emplace_back("/etc/alternatives");
  for (const std::string& path : mounts) {
    if (::access(path.c_str(), F_OK) != 0) continue;  // a language that is not installed
    if (auto made = make_folders(root, path); !made) return made;
    if (auto bound = bind_read_only(path, root + path); !bound) return bound;
  }
  if (!options.resources.empty()) {
    if (auto made = make_folders(root, kResourcePath); !made) return made;
    const std::string resources = root + kResourcePath;
    if (auto copied = copy_folder(options.resources, resources); !copied) return copied;
    auto shown = show_large_folder(options.precompiled, resources + "/precompiled");
    if (!shown) return shown;
  }
  if (!options.layers.has(Layer::kRoot)) {
    if (auto shown = show_host(root); !shown) return shown;
  }
  return set_attributes(root, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0);
}

}  // namespace

Result<RootTemplate> RootTemplate::prepare(const Options& options) {
  if (::unshare(CLONE_NEWNS) != 0) return base::system_error("unshare(CLONE_NEWNS)");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return base::system_error("make mounts private");
  }
  if (::mount("leash-root", options.mount_point.c_str(), "tmpfs", MS_NOSUID,
              "size=32m,nr_inodes=4k,mode=0755") != 0) {
    return base::system_error("mount tmpfs", options.mount_point);
  }
  if (auto built = build(options.mount_point, options); !built) return built.error();
  return RootTemplate(options.mount_point);
}

}  // namespace leash::sandbox
