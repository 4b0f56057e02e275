# Who it is, and what it may do: an ordinary user of its own, without groups, without capabilities,
# and without a way to get any.
#
# expect: cause=exit exit_code=0
# never: ^[ug]ids .*\b0\b
# sees: ^groups \[\]$
# sees: ^Cap\w+ 0 0 0 0 0$
# sees: ^setuid EPERM$
# layer: identity
import errno
import os

print("uids", *os.getresuid())
print("gids", *os.getresgid())
print("groups", os.getgroups())
with open("/proc/self/status") as file:
    sets = [int(line.split()[1], 16) for line in file if line.startswith("Cap")]
print("CapAll", *sets)
try:
    os.setresuid(0, 0, 0)
    print("setuid done")
except OSError as error:
    print("setuid", errno.errorcode[error.errno])
print("ATTEMPT ok")
