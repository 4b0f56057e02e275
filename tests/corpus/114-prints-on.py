# The same with the policy to go on: what is past the limit is read, counted and not kept; the clock ends it.
#
# expect: cause=wall_limit stdout_truncated=true stderr_truncated=false usage.stdout_bytes>1048576
# limits: wall_ms=1000 output_bytes=65536
print("ATTEMPT ok")
while True:
    print("x" * 1000)
