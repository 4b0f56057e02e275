"""A program: does what is cloned into the cgroup folder FOLDER live? `clone_into.py FOLDER`.

Prints `alive`, or `killed` where the kernel kills it at birth.
"""

import ctypes
import os
import signal
import sys

SYS_CLONE3 = 435
CLONE_INTO_CGROUP = 0x200000000


def clone_into(folder):
    """The wait status of a child that was cloned into the folder and does nothing."""
    arguments = (ctypes.c_uint64 * 11)()
    arguments[0] = CLONE_INTO_CGROUP
    arguments[4] = signal.SIGCHLD
    arguments[10] = folder
    libc = ctypes.CDLL(None, use_errno=True)
    pid = libc.syscall(SYS_CLONE3, ctypes.byref(arguments), ctypes.sizeof(arguments))
    if pid == 0:
        os._exit(0)
    if pid < 0:
        raise OSError(ctypes.get_errno(), "clone3")
    return os.waitpid(pid, 0)[1]


if __name__ == "__main__":
    status = clone_into(os.open(sys.argv[1], os.O_RDONLY))
    print("killed" if os.WIFSIGNALED(status) else "alive")
