"""What a case of `bench/cases` is, and what comes of it."""

import statistics
from dataclasses import dataclass, field

from harness.stats import Summary


@dataclass(frozen=True)
class Ratio:
    """One target: which of our figures against which of the peer's. `rounds`: the ratio of each
    round, of which `value` is the median; empty where it is made of all rounds together, as that of
    a 99th percentile is."""

    what: str
    value: float
    target: float
    more_is_better: bool = False
    rounds: tuple = ()

    @classmethod
    def of_rounds(cls, what, values, target, more_is_better=False):
        return cls(what, statistics.median(values), target, more_is_better, tuple(values))

    @property
    def reached(self):
        return self.value >= self.target if self.more_is_better else self.value <= self.target

    def to_json(self):
        return {
            "what": self.what,
            "value": self.value,
            "target": self.target,
            "more_is_better": self.more_is_better,
            "reached": self.reached,
            "rounds": list(self.rounds),
        }


@dataclass
class Outcome:
    """Both sides of one benchmark. `timing` is what the answers say of where their time goes, the
    median of each; `notes` are other figures beside it."""

    ours: Summary
    peer: Summary
    ratios: list
    timing: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)

    def to_json(self):
        return {
            "ours": self.ours.to_json(),
            "peer": self.peer.to_json(),
            "ratios": [ratio.to_json() for ratio in self.ratios],
            "timing": self.timing,
            "notes": self.notes,
        }


@dataclass(frozen=True)
class Benchmark:
    """`measure(bench)` returns an Outcome. It finds a server running, unless it starts its `own_server`."""

    name: str
    title: str
    against: str
    measure: object
    own_server: bool = False


def compare_median(series, target, what="median"):
    """The usual outcome: milliseconds, median against median."""
    ratio = Ratio.of_rounds(what, series.ratios(), target)
    return Outcome(Summary.of(series.ours), Summary.of(series.peer), [ratio])


def compare_p99(series, target):
    """The 99th percentiles of all rounds: a round is too short to have one."""
    ours, peer = Summary.of(series.ours), Summary.of(series.peer)
    return Outcome(ours, peer, [Ratio("p99", ours.p99 / peer.p99, target)])


def compare_rate(series, target, unit="1/s"):
    """Events a second: more is better."""
    ratio = Ratio.of_rounds("median", series.ratios(), target, more_is_better=True)
    return Outcome(Summary.of(series.ours, unit), Summary.of(series.peer, unit), [ratio])
