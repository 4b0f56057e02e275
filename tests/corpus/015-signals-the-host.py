# Every pid that a host may have is tried with signal 0, the server's and a process of the host with
# SIGKILL: none of them exists in here.
#
# expect: cause=exit exit_code=0
# sees: ^found: init self$
# sees: ^server and sentinel: ESRCH$
# layer: processes
# args: {sentinel} {spawner} {http}
import errno
import os
import signal
import sys


def send(pid, number):
    try:
        os.kill(pid, number)
        return "sent"
    except OSError as error:
        return errno.errorcode[error.errno]


names = {1: "init", os.getpid(): "self"}
answers = {pid: send(pid, 0) for pid in range(1, 32768)}
print("found:", *(names.get(pid, pid) for pid, answer in answers.items() if answer != "ESRCH"))
named = [int(pid) for pid in sys.argv[1:4]]
print("server and sentinel:", *sorted({send(pid, signal.SIGKILL) for pid in named}))
print("ATTEMPT ok")
