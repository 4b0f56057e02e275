"""Processes that were started ahead of their job and wait for it."""

from support.wait import wait_until

VARIABLES = {
    "node": "NODE_OPTIONS=--require /opt/leash/node/prestart.js",
    "csharp": "LEASH_PRESTART=program",
    "csharp-compiler": "LEASH_PRESTART=/usr/lib/mono/4.5/mcs.exe",
    "java": "LEASH_PRESTART=java",
    "java-compiler": "LEASH_PRESTART=javac",
}
# So every runtime waits: in a read of descriptor 3.
WAITS = "0 0x3 "


def proc_file(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:  # it has ended meanwhile
        return ""


def waiting(server, what):
    """The waiting processes of one of VARIABLES."""
    return [
        process
        for process in server.tree()
        if process.sandboxed
        and VARIABLES[what] in proc_file(process.pid, "environ").split("\0")
        and proc_file(process.pid, "syscall").startswith(WAITS)
    ]


def wait_ahead(server, what):
    """Waits until there is one: they are kept from the second use of a language on."""
    return wait_until(lambda: waiting(server, what), f"a waiting process: {what}", seconds=60)


def run_ahead(server, client, language, code=None, what=None, **fields):
    """A run that is given to a waiting process: the run, and that process."""
    ahead = wait_ahead(server, what or language)
    for _ in range(2):  # a process waits for a moment before its slot is told to be ready
        run = client.run(language, code, **fields)
        still = waiting(server, what or language)
        given = [process for process in ahead if process not in still]
        if given:
            return run, given[0]
    raise AssertionError(f"none of them was given the job: {run}")
