"""What a program sees of its own cage, as one JSON object on stdout."""

import errno
import json
import os
import socket
import sys

if os.geteuid() == 0:
    sys.exit("never outside a sandbox")


def attempt(action):
    """The errno name of a failing action, or its result as text."""
    try:
        return str(action())
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))


def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.settimeout(3)
        sock.connect(address)
        return "connected"


def datagram(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return "sent" if sock.sendto(b"x", address) else ""


def read(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace")


def write(path):
    with open(path, "w") as file:
        return file.write("x")


def status():
    lines = (line.partition(":") for line in read("/proc/self/status").splitlines())
    return {name: value.strip() for name, _, value in lines}


def environments():
    """Every /proc/PID/environ that can be read, as one text."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            found.append(attempt(lambda path=f"/proc/{entry}/environ": read(path)))
    return "\n".join(found)


port = int(sys.argv[1])
mountinfo = read("/proc/self/mountinfo")
print(
    json.dumps(
        {
            "pid": os.getpid(),
            "uids": os.getresuid(),
            "gids": os.getresgid(),
            "groups": os.getgroups(),
            "cwd": os.getcwd(),
            "status": status(),
            "fds": {
                fd: attempt(lambda fd=fd: os.readlink(f"/proc/self/fd/{fd}")) for fd in range(64)
            },
            "environment": dict(os.environ),
            "environments": environments(),
            "command_lines": "\n".join(
                attempt(lambda entry=entry: read(f"/proc/{entry}/cmdline"))
                for entry in os.listdir("/proc")
                if entry.isdigit()
            ),
            "pids": [int(entry) for entry in os.listdir("/proc") if entry.isdigit()],
            "proc": sorted(e for e in os.listdir("/proc") if not e.isdigit()),
            "root": sorted(os.listdir("/")),
            "dev": sorted(os.listdir("/dev")),
            "mountinfo": mountinfo,
            "mount_points": [line.split()[4] for line in mountinfo.splitlines()],
            "cgroup": read("/proc/self/cgroup"),
            "read": {
                path: attempt(lambda path=path: read(path)[:80])
                for path in (
                    "/etc/shadow",
                    "/proc/1/environ",
                    "/proc/kcore",
                    "/proc/sys/kernel/hostname",
                )
            },
            "list": {
                path: attempt(lambda path=path: os.listdir(path))
                for path in ("/root", "/home", "/sys", "/var/lib", "/run", "/boot", "/srv", "/opt")
            },
            "write": {
                path: attempt(lambda path=path: write(path))
                for path in (
                    "/usr/new",
                    "/etc/passwd",
                    "/new",
                    "/dev/new",
                    "/opt/leash/new",
                    "/proc/1/oom_adj",
                )
            },
            "write_own": {
                path: attempt(lambda path=path: write(path))
                for path in ("/work/new", "/tmp/new", "/dev/shm/new")
            },
            "read_only": {
                path: bool(os.statvfs(path).f_flag & os.ST_RDONLY)
                for path in ("/", "/usr", "/opt/leash")
            },
            "nosuid": {
                path: bool(os.statvfs(path).f_flag & os.ST_NOSUID)
                for path in ("/work", "/tmp", "/dev/shm", "/usr")
            },
            "connect": {
                "server": attempt(lambda: connect(socket.AF_INET, ("127.0.0.1", port))),
                "server6": attempt(lambda: connect(socket.AF_INET6, ("::1", port))),
                "private": attempt(lambda: connect(socket.AF_INET, ("10.0.0.1", 80))),
                "metadata": attempt(lambda: connect(socket.AF_INET, ("169.254.169.254", 80))),
                "public": attempt(lambda: connect(socket.AF_INET, ("192.0.2.1", 80))),
                "docker": attempt(lambda: connect(socket.AF_UNIX, "/var/run/docker.sock")),
                "log": attempt(lambda: connect(socket.AF_UNIX, "/dev/log")),
            },
            "datagram": attempt(lambda: datagram(("192.0.2.1", 53))),
            "terminal": attempt(lambda: os.open("/dev/tty", os.O_RDWR)),
            "hostname": os.uname().nodename,
        }
    )
)
