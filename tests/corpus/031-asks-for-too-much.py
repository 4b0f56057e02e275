# One request for more than there is. Nothing is promised of address space: it ends as memory_limit
# when it is touched.
#
# expect: cause=memory_limit status=limit_exceeded usage.peak_memory_bytes<=80M
# never: survived
# layer: limit_memory
# limits: memory_bytes=64M disk_bytes=16M
print("ATTEMPT ok")
taken = bytearray(512 << 20)
taken[::4096] = bytes(len(taken) // 4096)
print("survived", len(taken))
