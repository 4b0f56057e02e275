# Opens, lists and follows links to what an attacker looks for first: the host's secrets, the server's
# state folder and configuration, engine sockets, other runs' folders. None of it exists in here.
#
# expect: cause=exit exit_code=0
# sees: ^opened: none$
# sees: ^listed: none$
# sees: ^by links: none$
# sees: ^errors: EACCES|^errors: ENOENT
# layer: root
# args: {state} {spawner}
import errno
import os
import sys

state, spawner = sys.argv[1:3]
own = {"/etc/passwd", "/etc/group", "/etc/hosts", "/etc/hostname"}
paths = [
    "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/ssh", "/etc/ssl/private", "/etc/machine-id",
    "/etc/resolv.conf", "/etc/fstab", "/etc/leash.toml", "/root", "/root/.ssh", "/root/.bash_history",
    "/home", "/var", "/var/lib", "/var/log", "/var/lib/docker", "/run", "/run/leash", "/run/docker.sock",
    "/var/run/docker.sock", "/run/podman/podman.sock", "/run/user", "/boot", "/srv", "/mnt", "/media",
    "/sys", "/sys/fs/cgroup", "/sys/kernel", "/dev/mem", "/dev/kmem", "/dev/vda", "/dev/sda",
    "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/vsock", "/dev/ptmx", "/dev/pts", "/dev/console",
    "/dev/log", "/dev/kmsg", "/dev/mqueue", "/dev/hugepages", "/proc/kcore", "/proc/kallsyms",
    "/proc/sysrq-trigger", "/proc/config.gz", "/proc/keys", "/proc/mounts/../1", "/proc/net/../kcore",
    state, f"{state}/token", f"{state}/records", os.path.dirname(state),
    f"/proc/{spawner}/environ", f"/proc/{spawner}/root", f"/proc/1/root{state}",
]  # fmt: skip
errors, opened, listed, linked = set(), [], [], []


def attempt(found, path, action):
    try:
        action(path)
        found.append(path)
    except OSError as error:
        errors.add(errno.errorcode[error.errno])


for path in paths:
    attempt(opened, path, lambda path: os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK)))
    attempt(listed, path, os.listdir)
    link = f"/tmp/{len(os.listdir('/tmp'))}"
    os.symlink(path, link)
    attempt(linked, path, lambda path: os.stat(link))
print("opened:", *(opened or ["none"]))
print("listed:", *(listed or ["none"]))
print("by links:", *(linked or ["none"]))
print("errors:", *sorted(errors))
# The tiny /etc is leash's own: it names nobody of the host.
for path in own:
    with open(path) as file:
        assert len(file.read()) < 200, path
print("ATTEMPT ok")
