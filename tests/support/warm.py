"""Which interpreters of a server are warm: their zygotes, and what was forked from them. Bash stands
for all that is executed: its slots are forked from a zygote without an interpreter."""

from support.wait import wait_until

ZYGOTES = {
    "python": "leash-python",
    "javascript": "leash-js-zygote",
    "bash": "leash-bare-zygote",
}


def processes(server, language, sandboxed):
    """The zygote itself, or what was forked from it and waits in slots."""
    program = ZYGOTES[language]
    return [
        process.pid
        for process in server.tree()
        if process.sandboxed == sandboxed and any(a.endswith(program) for a in process.argv[:1])
    ]


def is_warm(server, language, slots=3):
    """Whether so many slots are ready that were forked from the language's zygote."""
    return len(processes(server, language, sandboxed=True)) >= slots


def wait_warm(server, slots=3):
    """Waits until all are (JavaScript takes ten seconds): from then on a server is in its stride."""
    for language in ZYGOTES:
        wait_until(
            lambda name=language: is_warm(server, name, slots), f"warm slots: {language}", seconds=60
        )
