"""What is said of a series of measurements: minimum, median, 99th percentile."""

import math
import statistics
from dataclasses import asdict, dataclass


def percentile(values, share):
    """The smallest value that at least `share` of all are not above (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True)
class Summary:
    """Of one side of a comparison, in `unit`."""

    unit: str
    count: int
    minimum: float
    median: float
    p99: float
    maximum: float

    @classmethod
    def of(cls, values, unit="ms"):
        if not values:
            raise ValueError("nothing was measured")
        return cls(
            unit,
            len(values),
            min(values),
            statistics.median(values),
            percentile(values, 0.99),
            max(values),
        )

    def to_json(self):
        return asdict(self)


def medians(objects):
    """The median of every number that these JSON objects have, by its path: {"stages.claim": 0.2}.
    One that only some of them have counts where it is; what is no number is passed over."""
    series = {}
    for one in objects:
        for path, value in numbers(one):
            series.setdefault(path, []).append(value)
    return {path: round(statistics.median(values), 3) for path, values in series.items()}


def numbers(node, prefix=""):
    """(path, value) of every number in nested JSON objects, in their order."""
    for name, value in node.items():
        if isinstance(value, dict):
            yield from numbers(value, f"{prefix}{name}.")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield prefix + name, value
