"""The arena that a worker's attacks share, and the table of how they ended."""

import os
import re
from pathlib import Path

import pytest

from support.arena import Arena
from support.corpus_index import sections

NUMBERED = re.compile(r"corpus/.*(?:test_|\[)(\d{3})[_-]")
COLUMNS = ("number", "name", "verdict", "cause", "run_ms", "neighbour_ms", "settle_ms", "seconds")
WHY_LENGTH = 1500


@pytest.fixture(scope="session")
def shared_arena():
    with Arena() as arena:
        yield arena


@pytest.fixture
def arena(shared_arena):
    """For an attack that a test itself carries out: whatever it did must leave nothing behind."""
    yield shared_arena
    shared_arena.client.stop_everything()
    problems = shared_arena.aftermath()
    assert not problems, problems


# --- the table -----------------------------------------------------------------------------------


class Table:
    """One row an attack. Lives where all reports come together; in a worker it is of no use."""

    def __init__(self):
        self._rows = {}

    def pytest_runtest_logreport(self, report):
        match = NUMBERED.search(report.nodeid)
        if not match:
            return
        row = self._rows.setdefault(report.nodeid, {"number": match[1], "verdict": "held"})
        name = report.nodeid.rpartition("::")[2]
        row["name"] = name.removeprefix("test_attack[").removesuffix("]") if "attack[" in name else name
        row.update(dict(report.user_properties))
        if report.when == "call":
            row["seconds"] = round(report.duration, 2)
        if not report.passed:
            row["verdict"] = "FAILED"
            crash = getattr(report.longrepr, "reprcrash", None)
            row["why"] = (crash.message if crash else report.longreprtext)[:WHY_LENGTH]

    def pytest_terminal_summary(self, terminalreporter):
        lines = [*self._lines(), "", *reasons()]
        terminalreporter.section("attacks")
        terminalreporter.write_line("\n".join(lines))
        if path := os.environ.get("LEASH_CORPUS_TABLE"):
            Path(path).write_text("\n".join(lines) + "\n")

    def _lines(self):
        rows = sorted(self._rows.values(), key=lambda row: (row["number"], row["name"]))
        table = [COLUMNS, *(tuple(str(row.get(name, "")) for name in COLUMNS) for row in rows)]
        widths = [max(len(row[i]) for row in table) for i in range(len(COLUMNS))]
        yield from (
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        )
        yield from (f"\n{row['name']}: {row['why']}\n" for row in rows if "why" in row)
        yield f"{len(rows)} attacks, {sum(row['verdict'] == 'held' for row in rows)} held"


def reasons():
    """What is not tried, with the reason."""
    missing = {n: text for section in sections() for n, text in section.not_run.items()}
    yield f"{len(missing)} published numbers are not tried:"
    yield from (f"{number:03}  {text}" for number, text in sorted(missing.items()))


def pytest_configure(config):
    config.pluginmanager.register(Table(), "table of attacks")
