# A child takes more memory than there is for all, and is killed; its parent, which is small, would go
# on. The run ends all the same, and for the true reason.
#
# expect: cause=memory_limit stop.empty=true
# layer: memory_events
# limits: memory_bytes=64M disk_bytes=1M wall_ms=3000
import os
import signal

print("ATTEMPT ok", flush=True)
if os.fork() == 0:
    pieces = [bytes([1]) * (1 << 20) for _ in range(128)]
while True:
    signal.pause()
