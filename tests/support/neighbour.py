"""What a hostile run costs the one beside it: a small client's times, quiet and under attack."""

from dataclasses import dataclass

from support.hostile import CLASSES, Attack
from support.http_load import Canary, percentile
from support.wait import poll

HELLO_MS = 3000
HEALTH_MS = 1000
RATIO = 20


@dataclass(frozen=True)
class Figures:
    """Milliseconds of a whole hello and of /healthz."""

    hellos: tuple
    health: tuple

    def p(self, part):
        return percentile(self.hellos, part), percentile(self.health, part)


def measure(server, seconds):
    with Canary(server) as canary:
        poll(lambda: canary.ended, seconds)
    canary.check()
    return Figures(tuple(canary.hellos), tuple(canary.health))


@dataclass(frozen=True)
class Row:
    """One class: the times right before and after it, and while it goes on."""

    name: str
    quiet: Figures
    attacked: Figures

    COLUMNS = (
        "while there runs a", "hellos", "p50 ms", "p99 ms", "quiet p50", "quiet p99", "p99 ratio",
        "health p99 ms",
    )

    @property
    def ratio(self):
        return self.attacked.p(0.99)[0] / self.quiet.p(0.99)[0]

    def cells(self):
        (p50, _), (p99, health) = self.attacked.p(0.5), self.attacked.p(0.99)
        quiet50, quiet99 = self.quiet.p(0.5)[0], self.quiet.p(0.99)[0]
        figures = (p50, p99, quiet50, quiet99, self.ratio, health)
        return (self.name, str(len(self.attacked.hellos)), *(f"{figure:.1f}" for figure in figures))


def attack_and_measure(server, name, seconds):
    """Quiet, attacked, quiet: the machine has other work, too, that comes and goes."""
    before = measure(server, seconds / 4)
    with Attack(server.client(), name):
        attacked = measure(server, seconds)
    after = measure(server, seconds / 4)
    quiet = Figures(before.hellos + after.hellos, before.health + after.health)
    return Row(name, quiet, attacked)


def check(row):
    """Generous bounds: the target for the ratio, 2, is for a machine that does nothing else."""
    hello, health = row.attacked.p(0.99)
    assert hello < max(HELLO_MS, RATIO * row.quiet.p(0.99)[0]), row.cells()
    assert health < HEALTH_MS, row.cells()
    assert row.attacked.p(0.5)[0] < HELLO_MS / 2, row.cells()


def table(rows):
    cells = [Row.COLUMNS, *(row.cells() for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(Row.COLUMNS))]
    return "\n".join(
        "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
        for row in cells
    )


ALL = tuple(CLASSES)
