# Calls that the kernel would answer otherwise than the filter does, and that harm nobody where they
# are allowed: each errno below can come from the filter alone.
#
# expect: cause=exit exit_code=0
# sees: ^setns EPERM$
# sees: ^clone3 ENOSYS$
# sees: ^io_uring_setup ENOSYS$
# sees: ^netlink EAFNOSUPPORT$
# sees: ^userns EPERM$
# layer: seccomp
import ctypes
import errno

libc = ctypes.CDLL(None, use_errno=True)
CALLS = {
    "setns": (308, -1, 0),
    "clone3": (435, 0, 0),
    "io_uring_setup": (425, 0, 0),
    "netlink": (41, 16, 3, 0),
    "userns": (272, 0x10000000),
}
for name, call in CALLS.items():
    result = libc.syscall(*(ctypes.c_long(word) for word in call))
    print(name, errno.errorcode[ctypes.get_errno()] if result < 0 else "allowed")
print("ATTEMPT ok")
