# Writes to the kernel's settings, and to what the kernel does for a process: none of /proc/sys exists,
# /sys does not, and of the files of one's own process only the harmless ones take a write.
#
# expect: cause=exit exit_code=0
# sees: ^settings: ENOENT$
# sees: ^oom_score_adj below: (EACCES|EROFS)$
# sees: ^maps of ids: E(PERM|ACCES|ROFS)$
# sees: ^written: none$
# layer: root proc
import errno
import os

settings = [
    "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/kernel/modprobe",
    "/proc/sys/kernel/randomize_va_space", "/proc/sys/vm/overcommit_memory", "/proc/sys/vm/drop_caches",
    "/proc/sys/fs/binfmt_misc/register", "/proc/sys/kernel/ns_last_pid", "/proc/sys/net/ipv4/ip_forward",
    "/proc/sys/user/max_user_namespaces", "/proc/sysrq-trigger", "/proc/irq/0/smp_affinity",
    "/proc/acpi", "/proc/scsi/scsi", "/sys/kernel/uevent_helper", "/sys/power/state",
    "/sys/fs/cgroup/release_agent", "/sys/kernel/mm/transparent_hugepage/enabled",
]  # fmt: skip


def write(path, text):
    try:
        with open(path, "w") as file:
            file.write(text)
        return "written"
    except OSError as error:
        return errno.errorcode[error.errno]


answers = {path: write(path, "1") for path in settings}
print("settings:", *sorted(set(answers.values())))
print("oom_score_adj below:", write("/proc/self/oom_score_adj", "-1000"))
ids = {write(f"/proc/self/{name}", "0 0 1") for name in ("uid_map", "gid_map", "projid_map")}
print("maps of ids:", *sorted(ids))
others = ("sessionid", "attr/exec", "timens_offsets", "setgroups", "environ", "syscall")
answers.update({name: write(f"/proc/self/{name}", "0") for name in others})
print("written:", *([path for path, answer in answers.items() if answer == "written"] or ["none"]))
print("ATTEMPT ok")
