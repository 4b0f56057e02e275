# Ends. What it ran in must be gone a moment later, in every hierarchy, which is looked at from
# outside.
#
# expect: cause=exit exit_code=0
# layer: removal
print("ATTEMPT ok")
