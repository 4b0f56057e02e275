# Forty children take 10 MB each and hold it. None is over the limit, together they are; the kernel
# ends one of them, the server all.
#
# expect: cause=memory_limit status=limit_exceeded stop.empty=true
# never: survived
# layer: limit_memory
# limits: memory_bytes=96M disk_bytes=16M wall_ms=20000
import os
import signal

print("ATTEMPT ok")
for _ in range(40):
    if os.fork() == 0:
        held = b"x" * (10 << 20)
        signal.pause()
for _ in range(40):
    os.wait()
print("survived")
