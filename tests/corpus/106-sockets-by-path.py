# Sockets of the host by their path: engines, buses, queues, logs. No path of them exists.
#
# expect: cause=exit exit_code=0
# sees: ^answers: ENOENT$
import errno
import socket

paths = (
    "/run/docker.sock /var/run/docker.sock /run/podman/podman.sock /run/containerd/containerd.sock "
    "/run/crio/crio.sock /run/dbus/system_bus_socket /run/systemd/private /run/systemd/notify /dev/log "
    "/run/systemd/journal/stdout /run/nats.sock /tmp/.X11-unix/X0 /run/user/0/bus /run/user/1000/bus "
    "/run/snapd.socket /run/libvirt/libvirt-sock /var/run/nscd/socket /run/udev/control /run/leash/control"
).split()
answers = set()
for path in paths:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        with socket.socket(socket.AF_UNIX, kind) as sock:
            try:
                sock.connect(path)
                answers.add(path)
            except OSError as error:
                answers.add(errno.errorcode[error.errno])
print("answers:", *sorted(answers))
print("ATTEMPT ok")
