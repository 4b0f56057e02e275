# What tells of the machine's load is masked where it can be: nothing of /proc but one's own processes.
# That sysinfo(2) tells uptime, load and free memory of the machine is known (SECURITY.md).
#
# expect: cause=exit exit_code=0
# sees: ^readable: none$
# sees: ^sysinfo: (0|-1)$
# layer: proc
import ctypes
import os

masked = (
    "loadavg stat meminfo uptime vmstat diskstats interrupts softirqs cpuinfo slabinfo buddyinfo zoneinfo "
    "schedstat timer_list partitions version modules devices filesystems locks swaps cmdline crypto keys "
    "key-users kallsyms iomem ioports pressure/cpu pressure/memory pressure/io net/tcp net/unix net/dev "
    "sysvipc/shm kpagecount pagetypeinfo bootconfig fb execdomains"
)
readable = [name for name in masked.split() if os.access(f"/proc/{name}", os.F_OK)]
print("readable:", *(readable or ["none"]))
print("sysinfo:", ctypes.CDLL(None).sysinfo(ctypes.create_string_buffer(512)))
print("ATTEMPT ok")
