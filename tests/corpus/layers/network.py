# Connects to the server that started it, by the loopback interface of the machine.
#
# expect: cause=exit exit_code=0
# sees: ^server: ECONNREFUSED$
# layer: network
# args: {port}
import errno
import socket
import sys

try:
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        print("server:", connection.recv(100)[:12])
except OSError as error:
    print("server:", errno.errorcode.get(error.errno, error))
print("ATTEMPT ok")
