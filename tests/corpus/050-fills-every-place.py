# Looks for a place to write in everything that it can see, and outside of the three folders that are
# its own finds none; what it leaves there the next run must not find.
#
# expect: cause=exit exit_code=0
# sees: ^found nothing of another run: True$
# sees: ^own: /dev/shm /tmp /work$
# sees: ^elsewhere: \['EACCES', 'ENOENT', 'EROFS'\]|^elsewhere: \['ENOENT', 'EROFS'\]|^elsewhere: \['EROFS'\]
# limits: wall_ms=20000
import errno
import os

NAME = "left-by-050"
folders = {"/var/tmp", "/run", "/run/lock", "/run/shm", "/var/lock", "/var/run", "/home", "/root"}
for top, below, _ in os.walk("/"):
    folders.add(top)
    if top == "/proc" or top.count("/") > 3:
        below.clear()
    if len(folders) > 4000:
        break
own, refused, found = [], set(), False
for folder in sorted(folders):
    found = found or os.path.exists(f"{folder}/{NAME}")
    try:
        with open(f"{folder}/{NAME}", "w") as file:
            file.write("x")
        own.append(folder)
    except OSError as error:
        if not folder.startswith("/proc"):
            refused.add(errno.errorcode[error.errno])
print("found nothing of another run:", not found)
print("own:", *own)
print("elsewhere:", sorted(refused))
print("ATTEMPT ok")
