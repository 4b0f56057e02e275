# Hard links from the tree into an own folder, or between own folders, and renames across them: each
# mount is one of its own. A symbolic link points where it says, inside.
#
# expect: cause=exit exit_code=0
# sees: ^link from /usr EXDEV\nlink from /etc EXDEV\nrename to /tmp EXDEV\nlink to /dev/shm EXDEV$
# sees: ^up from the top: the same$
# sees: ^through a link: no such file$
import errno
import os


def attempt(change):
    try:
        change()
        return "made"
    except OSError as error:
        return errno.errorcode[error.errno]


open("/work/own", "w").close()
print("link from /usr", attempt(lambda: os.link("/usr/bin/true", "/work/true")))
print("link from /etc", attempt(lambda: os.link("/etc/passwd", "/work/passwd")))
print("rename to /tmp", attempt(lambda: os.rename("/work/own", "/tmp/own")))
print("link to /dev/shm", attempt(lambda: os.link("/work/own", "/dev/shm/own")))
same = os.path.samefile("/", "/" + "../" * 40)
print("up from the top:", "the same" if same else "another")
os.symlink("../" * 40 + "etc/shadow", "/work/shadow")
try:
    open("/work/shadow").close()
    print("through a link: opened")
except FileNotFoundError:
    print("through a link: no such file")
print("ATTEMPT ok")
