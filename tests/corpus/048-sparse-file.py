# A file of 8 TB that takes no room; mapped and written here and there, it takes what is written, and
# past the cap that is a SIGBUS.
#
# expect: cause=exit status=signaled signal=SIGBUS usage.disk_full=true usage.peak_memory_bytes<=96M
# sees: ^size 8796093022208, blocks 0$
# layer: files
# limits: disk_bytes=16M memory_bytes=64M
import mmap
import os

fd = os.open("/work/sparse", os.O_CREAT | os.O_RDWR)
os.truncate(fd, 8 << 40)
told = os.fstat(fd)
print(f"size {told.st_size}, blocks {told.st_blocks}")
print("ATTEMPT ok")
memory = mmap.mmap(fd, 1 << 30)
for offset in range(0, 1 << 30, 4096):
    memory[offset] = 1
print("never comes here")
