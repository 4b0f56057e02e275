"""What a case of `bench/cases` is, and what comes of it."""

from dataclasses import dataclass, field

from harness.stats import Summary


@dataclass(frozen=True)
class Ratio:
    """One target: which of our figures against which of the peer's."""

    what: str
    value: float
    target: float
    more_is_better: bool = False

    @property
    def reached(self):
        return self.value >= self.target if self.more_is_better else self.value <= self.target


@dataclass
class Outcome:
    """Both sides of one benchmark. `notes` are figures beside it: where the time goes."""

    ours: Summary
    peer: Summary
    ratios: list
    notes: dict = field(default_factory=dict)

    def to_json(self):
        return {
            "ours": self.ours.to_json(),
            "peer": self.peer.to_json(),
            "ratios": [
                {"what": r.what, "value": r.value, "target": r.target,
                 "more_is_better": r.more_is_better, "reached": r.reached}
                for r in self.ratios
            ],
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


def compare_median(series, target):
    """The usual outcome: milliseconds, median against median."""
    ours, peer = Summary.of(series.ours), Summary.of(series.peer)
    return Outcome(ours, peer, [Ratio("median", ours.median / peer.median, target)])


def compare_rate(series, target):
    """Events a second: more is better."""
    ours, peer = Summary.of(series.ours, "1/s"), Summary.of(series.peer, "1/s")
    return Outcome(ours, peer, [Ratio("median", ours.median / peer.median, target, True)])
