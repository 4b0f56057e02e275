# Listens with a full backlog and connects to it, sends datagrams to itself, and passes descriptors round
# in unix sockets, as much as is given: it ends at limits of its own, and the network stack of the host
# has nothing of it.
#
# expect: cause=exit exit_code=0
# expect: cause=memory_limit
# sees: ^connections: [0-9]+, (EMFILE|timeout|EAGAIN)$
# sees: ^in flight: (EMFILE|ETOOMANYREFS|EAGAIN)$
# limits: wall_ms=20000
import array
import errno
import socket


def name(error):
    return errno.errorcode.get(error.errno, "timeout")


held = [socket.create_server(("127.0.0.1", 0), backlog=4096)]
address = held[0].getsockname()
count = 0
try:
    while count < 5000:
        held.append(socket.create_connection(address, timeout=1))
        count += 1
except OSError as error:
    print(f"connections: {count}, {name(error)}")
for sock in held:
    sock.close()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
for _ in range(20000):
    udp.sendto(b"x" * 1400, udp.getsockname())
one, two = socket.socketpair()
one.setblocking(False)
try:
    while True:
        ends = socket.socketpair()
        fds = array.array("i", [end.fileno() for end in ends])
        one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        for end in ends:
            end.close()
except OSError as error:
    print("in flight:", name(error))
print("ATTEMPT ok")
