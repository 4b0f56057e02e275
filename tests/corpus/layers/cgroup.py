# Forks more children than it may have. What refuses is the leaf it was born in: a process outside
# of every leaf has no limit, whatever the leaf's files say.
#
# expect: cause=exit exit_code=0 usage.peak_tasks<=12 usage.tasks_refused>=1
# sees: ^refused: EAGAIN$
# layer: cgroup
# limits: tasks=12
import errno
import os
import signal

children = []
try:
    while len(children) < 40:
        children.append(os.fork())
        if children[-1] == 0:
            signal.pause()
    print("not refused")
except OSError as error:
    print("refused:", errno.errorcode[error.errno])
for child in children:
    os.kill(child, signal.SIGKILL)
print("ATTEMPT ok")
