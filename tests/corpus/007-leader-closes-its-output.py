# The leader closes all three streams and lives on: a closed output is not an end either.
#
# expect: cause=wall_limit stop.processes_killed=1 timing.run_ms>=390
# limits: wall_ms=400
import os
import signal

print("ATTEMPT ok")
for number in range(3):
    os.close(number)
while True:
    signal.pause()
