"""Two snapshots of an instance: what has come between them and has not gone."""

import time

from leakcheck.snapshot import take

# Memory comes in steps of an allocator's own making.
MEMORY_FACTOR, MEMORY_SLACK_KIB = 1.10, 4096


def grown(before, after):
    """Lines about amounts that are larger than they were; the slots made ahead may not be fewer."""
    if after.server is None:
        return []
    lines = []
    for name in sorted(before.amounts.keys() | after.amounts.keys()):
        was, now = before.amounts.get(name, 0), after.amounts.get(name, 0)
        if "PSS" in name:
            continue  # a share of what others use as well: it grows when one of them ends
        limit = was * MEMORY_FACTOR + MEMORY_SLACK_KIB if name.endswith("KiB") else was
        if now > limit or (name == "waiting slots" and now != was):
            lines.append(f"{name}: {was} -> {now}")
    return lines


def check(instance, baseline=None, patience=5.0, temporary=(), known=()):
    """The snapshot, and a line for each thing that is left. The end of a run takes its time: looks
    again until nothing is left, or `patience` (seconds) is over."""
    deadline = time.monotonic() + patience
    known = [*known, *(baseline.identities if baseline else ())]
    while True:
        now = take(instance, known, baseline.uids if baseline else (), temporary)
        lines = now.lines() + (grown(baseline, now) if baseline else [])
        if not lines or time.monotonic() >= deadline:
            return now, lines
        time.sleep(0.05)
