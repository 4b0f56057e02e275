# Prints lines for ever, with the policy that this ends the run: exactly the limit is kept, and the cause
# is the limit.
#
# expect: cause=output_limit stdout_truncated=true stop.empty=true usage.stdout_bytes>=262144
# limits: wall_ms=20000 output_bytes=262144
# request: {"on_output_limit": "stop"}
print("ATTEMPT ok")
while True:
    print("x" * 1000)
