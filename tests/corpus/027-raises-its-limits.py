# Hard limits go down only, priorities too.
#
# expect: cause=exit exit_code=0
# sees: ^raised: none$
# sees: ^nice: EACCES|^nice: EPERM
# sees: ^ioprio: EPERM$
# layer: identity
import ctypes
import errno
import os
import resource

libc = ctypes.CDLL(None, use_errno=True)
names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
raised = []
for name in names:
    number = getattr(resource, name)
    soft, hard = resource.getrlimit(number)
    if hard == resource.RLIM_INFINITY:
        continue
    try:
        resource.setrlimit(number, (hard + 1, hard + 1))
    except (ValueError, PermissionError):  # "not allowed to raise maximum limit"
        pass
    if resource.getrlimit(number) != (soft, hard):
        raised.append(name)
print("raised:", *(raised or ["none"]))
try:
    os.setpriority(os.PRIO_PROCESS, 0, -5)
    print("nice: lowered")
except OSError as error:
    print("nice:", errno.errorcode[error.errno])
IOPRIO_SET, REALTIME = 251, 1 << 13
failed = libc.syscall(IOPRIO_SET, 1, 0, REALTIME) < 0
print("ioprio:", errno.errorcode[ctypes.get_errno()] if failed else "set")
print("ATTEMPT ok")
