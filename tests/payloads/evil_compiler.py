"""Runs in the place of a linker: what a hostile build does to the files that a compile step hands on."""

import contextlib
import ctypes
import os
import socket
import sys
import threading

if os.geteuid() == 0:
    sys.exit("never outside a sandbox")
TARGETS = {
    "absolute": "/etc/passwd",
    "proc": "/proc/self/environ",
    "root of pid 1": "/proc/1/root/etc/shadow",
    "relative": "../../../../etc/passwd",
    "self": "program",
}
RENAME_EXCHANGE = 2


def good(path):
    """A program that says so."""
    with open(path, "w") as file:
        file.write("#!/bin/sh\necho honest\n")


def swap(paths):
    """Exchanges two names as fast as it can, in processes that do not end by themselves."""
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            libc = ctypes.CDLL(None)
            while True:
                libc.renameat2(-100, paths[0], -100, paths[1], RENAME_EXCHANGE)


def act(what):
    if what in TARGETS:
        os.symlink(TARGETS[what], "program")
    elif what == "chain":
        os.symlink("/etc/passwd", "link0")
        for i in range(39):
            os.symlink(f"link{i}", f"link{i + 1}")
        os.symlink("link39", "program")
    elif what == "hard link":
        good("other")
        os.link("other", "program")
    elif what == "fifo":
        os.mkfifo("program")
    elif what == "socket":
        socket.socket(socket.AF_UNIX).bind("program")
    elif what == "folder":
        os.mkdir("program")
        good("program/program")
    elif what == "device":
        os.mknod("program", 0o600 | 0o020000, os.makedev(1, 1))
    elif what == "sparse":
        with open("program", "w") as file:
            file.truncate(8 << 40)
    elif what == "sparse within":
        with open("program", "w") as file:
            file.truncate(1 << 30)
    elif what == "large":
        with open("program", "wb") as file:
            for _ in range(100):
                file.write(b"x" * (1 << 20))
    elif what == "unreadable":
        good("program")
        os.chmod("program", 0)
    elif what == "swap":
        good("program")
        os.symlink("/etc/passwd", "trap")
        swap([b"program", b"trap"])
    elif what == "swap folders":
        good("program")
        os.mkdir("trap")
        swap([b"program", b"trap"])
    elif what == "grows":
        good("program")
        if os.fork() == 0:
            os.setsid()
            file = open("program", "a")
            while True:
                file.write("echo more\n" * 100)
                file.flush()
    elif what == "many":
        good("program")
        with contextlib.suppress(OSError):  # there is an end to the disk
            for i in range(100_000):
                open(f"/work/{i}", "w").close()
    elif what == "plants":
        good("program")
        for name in ("stdout", "stderr", "stdout.txt", "run.sh", "a.out", "meta", "job", "leash-job", "artifacts"):
            os.symlink("/etc/passwd", name)
        os.chmod(".", 0o777)
        open("main.c~", "w").close()
    elif what == "names":
        good("program")
        for name in (b"new\nline", b"\xff\xfe", b'quo"te', b"x" * 255, b"rtl\xe2\x80\xae", b"..x", b"-o", b"$(id)"):
            open(b"/work/" + name, "w").close()
    elif what == "nothing":
        return
    elif what == "looks":
        good("program")
        with open("/proc/self/status") as status:
            sys.stderr.writelines(line.replace(":\t", " ") for line in status if line[:3] in ("NoN", "Sec", "Cap"))
        print("uid", os.getuid(), file=sys.stderr)
        print("listed", *[e for e in os.listdir("/proc") if e.isdigit() and int(e) != os.getpid()], file=sys.stderr)
        for path in ("/etc/shadow", "/root", "/home", "/run"):
            print(path, os.path.exists(path), file=sys.stderr)
        try:
            socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2)
            print("connected", file=sys.stderr)
        except OSError as error:
            print(type(error).__name__, file=sys.stderr)
    elif what == "outlives":
        good("program")
        # Their threads are more than a compile step may have: only once all of them are there.
        wait, all_there = os.pipe()
        for _ in range(20):
            if os.fork() == 0:
                os.setsid()
                os.close(all_there)
                os.read(wait, 1)
                for name in ("program", "/tmp/x", "/dev/shm/x"):
                    with contextlib.suppress(RuntimeError):
                        threading.Thread(target=lambda n=name: [open(n, "a").write("evil\n") for _ in iter(int, 1)]).start()
                threading.Event().wait()
        os.close(all_there)
        while not os.path.exists("/tmp/x"):
            os.sched_yield()
    elif what == "floods":
        good("program")
        while True:
            os.write(2, b"x" * 65536)
    else:
        sys.exit(f"what is {what}?")


act(sys.argv[1].replace("_", " "))
print("ATTEMPT ok", file=sys.stderr)
