# Looks in /proc for what tells of the machine and of others.
#
# expect: cause=exit exit_code=0
# sees: ^/proc/sys ENOENT$
# sees: ^/proc/meminfo ENOENT$
# sees: ^/proc/stat ENOENT$
# sees: ^/proc/kallsyms ENOENT$
# layer: proc
import errno
import os

for name in ("sys", "meminfo", "stat", "kallsyms"):
    try:
        os.stat(f"/proc/{name}")
        print(f"/proc/{name} is there")
    except OSError as error:
        print(f"/proc/{name}", errno.errorcode[error.errno])
print("ATTEMPT ok" if os.path.exists("/proc/self/status") else "there is no /proc")
