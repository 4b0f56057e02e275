# A grandchild in a session of its own keeps stdin, stdout and stderr open for a minute. The end of the
# run is the leader's end, not the end of its output.
#
# expect: cause=exit exit_code=0 timing.run_ms<=5000 timing.total_ms<=10000
# sees: ^leader ends$
import os
import signal

ready, told = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.write(told, b"x")
    signal.alarm(60)
    while True:
        signal.pause()
os.wait()
os.read(ready, 1)
print("ATTEMPT ok")
print("leader ends")
