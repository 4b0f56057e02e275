# Lowers its score for the OOM killer, so that the kernel would take somebody else of the host first.
# Nothing of /proc can be written.
#
# expect: cause=memory_limit status=limit_exceeded
# sees: ^-1000: EROFS, 0: EROFS$
# never: survived
# limits: memory_bytes=64M disk_bytes=16M
import errno


def adjust(score):
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(str(score))
        return "set"
    except OSError as error:
        return errno.errorcode[error.errno]


print(f"-1000: {adjust(-1000)}, 0: {adjust(0)}")
print("ATTEMPT ok")
held = []
while True:
    held.append(b"x" * (1 << 20))
