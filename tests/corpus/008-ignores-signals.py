# Ignores every signal that can be ignored and goes on through a stop with grace: it is ended by
# SIGKILL when its grace is over, and the cause stays the stop.
#
# expect: cause=stop exit_code=null stop.processes_killed=1 stop.empty=true timing.run_ms>=490
# sees: ^got SIGTERM$
# layer: kill
# stop: ATTEMPT ok
# grace: 500
import os
import signal


def ignore(number, frame):
    # Not print(): it may have come in the middle of one.
    os.write(1, f"got {signal.Signals(number).name}\n".encode())


for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, ignore)
print("ATTEMPT ok")
while True:
    signal.pause()
