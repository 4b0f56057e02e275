# Touches twice the memory that it may have, and no more: it must not live to tell.
#
# expect: cause=memory_limit usage.peak_memory_bytes<=65M
# never: ^had it all$
# layer: limit_memory
# limits: memory_bytes=64M disk_bytes=1M
print("ATTEMPT ok", flush=True)
pieces = [bytes([1]) * (1 << 20) for _ in range(128)]
print("had it all" if pieces else "")
