"""Processes as tests look for them: by a marker among their arguments, alive or dead. What a process
is stands in tools/leakcheck."""

from leakcheck.processes import (  # noqa: F401: this is where tests find them
    OUR_PID_NAMESPACE,
    Process,
    alive,
    all_processes,
    look_up,
    present,
    tree_of,
)

from support.wait import wait_until


def sandboxed_with(marker):
    """Live sandboxed processes whose argv carries `marker`."""
    return [
        process
        for process in all_processes()
        if process.sandboxed
        and process.state not in "ZX"
        and any(marker in a for a in process.argv)
    ]


def wait_for_sandboxed(marker, count=1):
    """Waits until at least `count` sandboxed processes carry `marker`; returns them."""

    def enough():
        found = sandboxed_with(marker)
        return found if len(found) >= count else None

    return wait_until(enough, f"{count} sandboxed processes with {marker}")


def assert_dead(processes, marker=None):
    """None of these processes runs, nor any other with the same marker. Looked at once, now."""
    living = alive({process.identity for process in processes})
    if marker:
        living += sandboxed_with(marker)
    assert not living, "still alive: " + ", ".join(str(process) for process in living)
