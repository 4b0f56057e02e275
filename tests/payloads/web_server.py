"""A web server on the sandbox's own loopback. It asks itself once, says so, and serves for ever."""

import http.server
import threading
import urllib.request

server = http.server.HTTPServer(("127.0.0.1", 8080), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever).start()
print("answered", urllib.request.urlopen("http://127.0.0.1:8080/").status)
