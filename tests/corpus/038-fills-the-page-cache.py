# Reads more of the toolchain than it may have memory. What is only cached can be taken back: that is
# no want of memory.
#
# expect: cause=exit exit_code=0 usage.peak_memory_bytes<=80M
# sees: ^read 200 MiB$
# limits: memory_bytes=64M disk_bytes=16M wall_ms=30000
# seconds: 60
import os

total = 0
while total < 200 << 20:
    for folder, _, names in os.walk("/usr/lib"):
        for name in names:
            path = os.path.join(folder, name)
            if total >= 200 << 20 or os.path.islink(path) or not os.access(path, os.R_OK):
                continue
            with open(path, "rb") as file:
                while block := file.read(1 << 20):
                    total += len(block)
print(f"read {200 if total >= 200 << 20 else total >> 20} MiB")
print("ATTEMPT ok")
