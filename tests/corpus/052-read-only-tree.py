# Everything that changes a file, tried on the toolchain and on what is made for the run: read-only,
# whoever asks, but for what the file's owner has forbidden already.
#
# expect: cause=exit exit_code=0
# sees: ^/usr/bin/true: write EACCES append EACCES create EROFS folder EROFS rename EROFS replace EXDEV unlink EROFS link EROFS symlink EROFS chmod EROFS chown EROFS utime EROFS setxattr ENOTSUP$
# sees: ^/etc/passwd: write EACCES append EACCES create EROFS folder EROFS rename EROFS replace EXDEV unlink EROFS link EROFS symlink EROFS chmod EROFS chown EROFS utime EROFS setxattr ENOTSUP$
# sees: ^/dev/null: write EINVAL append EINVAL create EROFS folder EROFS rename EROFS replace EXDEV unlink EROFS link EROFS symlink EROFS chmod EROFS chown EROFS utime EROFS setxattr ENOTSUP$
# sees: ^/opt/leash: write EISDIR append EISDIR create EROFS folder EROFS rename EROFS replace EXDEV unlink EROFS link EROFS symlink EROFS chmod EROFS chown EROFS utime EROFS setxattr ENOTSUP$
# never: changed
# layer: root
import errno
import os


def attempt(change):
    try:
        change()
        return "changed"
    except OSError as error:
        return errno.errorcode[error.errno]


def write(path, flags):
    os.write(os.open(path, flags), b"x")


FILES = ("/usr/bin/true", "/usr/lib/os-release", "/bin/sh", "/etc/passwd", "/dev/null", "/opt/leash")
for path in FILES:
    folder = os.path.dirname(path)
    changes = {
        "write": lambda: os.path.isfile(path) and write(path, os.O_WRONLY) or os.truncate(path, 0),
        "append": lambda: write(path, os.O_WRONLY | os.O_APPEND) if folder != "/dev" else os.truncate(path, 0),
        "create": lambda: os.mknod(f"{folder}/new"),
        "folder": lambda: os.mkdir(f"{folder}/new"),
        "rename": lambda: os.rename(path, f"{path}-new"),
        "replace": lambda: os.rename("main.py", path),
        "unlink": lambda: os.unlink(path),
        "link": lambda: os.link(path, f"{folder}/new"),
        "symlink": lambda: os.symlink("x", f"{folder}/new"),
        "chmod": lambda: os.chmod(path, 0o777),
        "chown": lambda: os.chown(path, os.getuid(), os.getgid()),
        "utime": lambda: os.utime(path),
        "setxattr": lambda: os.setxattr(path, "user.x", b"x"),
    }
    told = {name: attempt(change) for name, change in changes.items()}
    print(f"{path}:", *(f"{name} {answer}" for name, answer in told.items()))
print("ATTEMPT ok")
