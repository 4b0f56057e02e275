# As many of the kernel's own objects as can be had: sockets, pipes, epolls, eventfds, each until the
# descriptors end; names that do not exist; large pipes until that is refused.
#
# expect: cause=exit exit_code=0 usage.peak_memory_bytes<=144M
# expect: cause=memory_limit
# sees: ^sockets: EMFILE after \d+\npipes: EMFILE after \d+\nepolls: EMFILE after \d+\nevents: EMFILE after \d+$
# sees: ^descriptors: 1024, more: ValueError$
# limits: memory_bytes=128M disk_bytes=16M wall_ms=20000
import errno
import fcntl
import os
import resource
import select
import socket


def until_refused(name, make):
    held = []
    try:
        while True:
            held.append(make())
    except OSError as error:
        print(f"{name}: {errno.errorcode[error.errno]} after {len(held)}")
    for one in held:
        for each in one if isinstance(one, tuple) else (one,):
            os.close(each) if isinstance(each, int) else each.close()


until_refused("sockets", socket.socketpair)
until_refused("pipes", os.pipe)
until_refused("epolls", select.epoll)
until_refused("events", lambda: os.eventfd(0))
limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit + 1, limit + 1))
    print(f"descriptors: {limit}, more: granted")
except (ValueError, OSError) as error:
    print(f"descriptors: {limit}, more: {type(error).__name__}")
print("ATTEMPT ok")
for number in range(100_000):
    os.path.exists(f"/tmp/no-{number}")
pipes = []
try:
    while True:
        pipes.append(os.pipe())
        fcntl.fcntl(pipes[-1][1], fcntl.F_SETPIPE_SZ, 1 << 20)
        os.set_blocking(pipes[-1][1], False)
        os.write(pipes[-1][1], bytes(1 << 20))
except OSError as error:
    print(f"large pipes: {errno.errorcode[error.errno]} after {len(pipes)}")
