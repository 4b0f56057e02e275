# Outlives what a kill of one process would reach: a daemon in a session of its own that ignores what
# can be ignored, and its parent, which waits.
#
# expect: cause=stop stop.empty=true stop.processes_killed=2
# layer: kill
# stop: ATTEMPT ok
import os
import signal

if os.fork() == 0:
    os.setsid()
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
print("ATTEMPT ok", flush=True)
while True:
    signal.pause()
