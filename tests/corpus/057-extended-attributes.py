# Attributes of files are memory of the kernel's, and that of access control lists is counted by no
# limit: as many and as large as can be had, then those that mean something to it.
#
# expect: cause=exit exit_code=0 usage.peak_memory_bytes<=96M
# sees: ^user: ENOTSUP after 0 KiB, at most 16384: True$
# sees: ^security.capability ENOTSUP\ntrusted.x ENOTSUP\nsystem.posix_acl_access ENOTSUP$
# sees: ^a good list: ENOTSUP$
# limits: disk_bytes=16M memory_bytes=64M wall_ms=20000
import errno
import os
import struct

stored = 0
try:
    for file in range(100_000):
        path = f"/work/{file}"
        os.mknod(path)
        for number in range(8):
            os.setxattr(path, f"user.{number}", b"x" * 32768)
            stored += 32768
except OSError as error:
    small = stored <= 16 << 20
    print(f"user: {errno.errorcode[error.errno]} after {stored >> 10} KiB, at most 16384: {small}")
for name in ("security.capability", "trusted.x", "system.posix_acl_access"):
    try:
        os.setxattr("/work/0", name, b"\x01\x00\x00\x02" + bytes(16))
        print(name, "set")
    except OSError as error:
        print(name, errno.errorcode[error.errno])
# Owner, a user, group, mask, others, as the kernel wants them.
entries = [(1, 7, -1), (2, 7, 12345), (4, 5, -1), (16, 7, -1), (32, 5, -1)]
good = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
try:
    os.setxattr("/work/0", "system.posix_acl_access", good)
    print("a good list: set")
except OSError as error:
    print("a good list:", errno.errorcode[error.errno])
print("ATTEMPT ok")
