# SIGKILL to pid 1, then to all that may be killed (-1): only the run's own processes die by it, and
# what is told is what happened.
#
# expect: cause=exit status=signaled signal=SIGKILL exit_code=null
# sees: ^killed all$
import errno
import os
import signal

print("ATTEMPT ok")
if os.fork() == 0:
    try:
        os.kill(1, signal.SIGKILL)
    except OSError as error:
        print("init:", errno.errorcode[error.errno])
    os.kill(-1, 0)
    os.write(1, b"killed all\n")
    os.kill(-1, signal.SIGKILL)
    os._exit(0)
while True:
    signal.pause()
