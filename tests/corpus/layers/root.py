# Looks for what is the host's: secrets, homes, the kernel's own tree; and tries to write into the
# toolchain. Another user's file refuses with EACCES; only a root of one's own says that there is
# no such file, and that nothing can be written at all.
#
# expect: cause=exit exit_code=0
# sees: ^/etc/shadow ENOENT$
# sees: ^/root ENOENT$
# sees: ^/home ENOENT$
# sees: ^/sys ENOENT$
# sees: ^/usr/mark EROFS$
# layer: root
import errno
import os

for path in ("/etc/shadow", "/root", "/home", "/sys"):
    try:
        os.close(os.open(path, os.O_RDONLY))
        print(path, "open")
    except OSError as error:
        print(path, errno.errorcode[error.errno])
try:
    os.close(os.open("/usr/mark", os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    os.unlink("/usr/mark")
    print("/usr/mark written")
except OSError as error:
    print("/usr/mark", errno.errorcode[error.errno])
print("ATTEMPT ok")
