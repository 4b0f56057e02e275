# Does what it can to stay alive: it ignores signals, and its
# children leave the session.
# Press Stop and read the proof.
import os
import signal
import time

for number in range(1, signal.NSIG):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass  # SIGKILL and SIGSTOP cannot be ignored

for _ in range(8):
    if os.fork() == 0:
        os.setsid()
        while True:
            pass

print("9 processes, none of which listens to signals")
while True:
    print("still here")
    time.sleep(0.5)
