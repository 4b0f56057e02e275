"""What is said of a series of measurements: minimum, median, 99th percentile."""

import math
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
            percentile(values, 0.5),
            percentile(values, 0.99),
            max(values),
        )

    def to_json(self):
        return asdict(self)
