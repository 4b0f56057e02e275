# Uses its grace: prints, ends with 0. The cause is the stop all the same, and nothing of it is lost.
#
# expect: cause=stop status=cancelled exit_code=0 signal=null timing.run_ms<=9000
# sees: ^goodbye$
# stop: ATTEMPT ok
# grace: 9000
import os
import signal
import sys


def goodbye(number, frame):
    os.write(1, b"goodbye\n")  # it may have come in the middle of a print()
    sys.exit(0)


signal.signal(signal.SIGTERM, goodbye)
print("ATTEMPT ok")
while True:
    signal.pause()
