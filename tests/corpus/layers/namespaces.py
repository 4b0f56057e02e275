# Asks the kernel what a namespace of one's own hides: the machine's name, and the place of this
# process among its control groups, which tells the server's name.
#
# expect: cause=exit exit_code=0
# sees: ^host name leash$
# sees: ^cgroup /$
# never: ^cgroup /.+$
# layer: namespaces
import socket

print("host name", socket.gethostname())
with open("/proc/self/cgroup") as file:
    for place in {line.rstrip("\n").split(":", 2)[2] for line in file}:
        print("cgroup", place)
print("ATTEMPT ok")
