# Fills the buffers of as many TCP connections to itself as it may have descriptors: what they hold is
# the kernel's memory, and part of no process.
#
# expect: cause=exit exit_code=0
# sees: ^connections: EMFILE, accepted at most 128 MiB: True$
# limits: memory_bytes=64M disk_bytes=16M wall_ms=20000
import errno
import socket

held, accepted = [], 0
try:
    while True:
        server = socket.create_server(("127.0.0.1", 0))
        held.append(server)
        client = socket.create_connection(server.getsockname())
        held.append(client)
        client.setblocking(False)
        try:
            while True:
                accepted += client.send(bytes(65536))
        except BlockingIOError:
            pass
except OSError as error:
    name = errno.errorcode[error.errno]
    print(f"connections: {name}, accepted at most 128 MiB: {accepted <= 128 << 20}")
print("ATTEMPT ok", accepted >> 20)
