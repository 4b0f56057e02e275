# A warmed interpreter's copy has its memory. All of it is read, and searched for what the server must
# keep to itself: its token, an environment canary, its state folder, the code of a run before this one.
# The needles come split, so that looking for them does not put them there.
#
# expect: cause=exit exit_code=0
# sees: ^searched [0-9]+ KiB$
# sees: ^own text found: yes$
# sees: ^found: none$
# args: {state}
import os
import re
import sys

state = sys.argv[1]
halves = [
    (b"e2e-token-0b7a49", b"e1c8d35f62"),
    (b"e2e-canary-6f", b"1d2c"),
    (b"--state", b"-dir"),
    (b"LEASH_", b"TOKEN"),
    (b"--http-", b"config-fd"),
    (b"corpus-earlier-", b"secret"),
]
patterns = [re.compile(first + b"(?=" + second + b")") for first, second in halves]
own = b"the text of this " + b"very line"
own_found = False
found, size = [], 0
with open("/proc/self/maps") as maps:
    areas = [line.split() for line in maps]
with open("/proc/self/mem", "rb", buffering=0) as memory:
    for area in areas:
        low, high = (int(text, 16) for text in area[0].split("-"))
        if "r" not in area[1] or (len(area) > 5 and area[5].startswith(("/usr", "[v"))):
            continue
        at = low
        while at < high:
            length = min(1 << 20, high - at)
            try:
                memory.seek(at)
                data = memory.read(length)
            except (OSError, OverflowError, ValueError):
                break
            size += len(data)
            own_found = own_found or own in data
            for pattern, (first, second) in zip(patterns, halves):
                for match in pattern.finditer(data):
                    if data[match.end() : match.end() + len(second)] == second:
                        found.append(first.decode())
            at += length
print(f"searched {size >> 10} KiB")
print("own text found:", "yes" if own_found else "no")
print("found:", *(sorted(set(found)) or ["none"]))
print("ATTEMPT ok")
