# A child sends SIGSTOP to its parent, to every pid it sees, to all it may (-1) and to pid 1: its own
# family at most is stopped, the clock of the run goes on.
#
# expect: cause=wall_limit stop.processes_killed=2 stop.empty=true
# sees: ^visible: leader child$
# sees: ^sentinel: ESRCH$
# layer: processes
# args: {sentinel}
# limits: wall_ms=700
import errno
import os
import signal
import sys


def send(pid):
    try:
        os.kill(pid, signal.SIGSTOP)
        return "sent"
    except OSError as error:
        return errno.errorcode[error.errno]


leader = os.getpid()
if os.fork() == 0:
    names = {leader: "leader", os.getpid(): "child"}
    visible = sorted(int(entry) for entry in os.listdir("/proc") if entry.isdigit())
    print("visible:", *(names.get(pid, pid) for pid in visible if pid != 1))
    print("sentinel:", send(int(sys.argv[1])))
    print("init:", send(1))
    print("ATTEMPT ok")
    for pid in [pid for pid in visible if pid != os.getpid()] + [-1]:
        send(pid)
while True:
    signal.pause()
