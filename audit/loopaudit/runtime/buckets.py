"""Histograms and maxima as plain numbers: an observation is a bisection and two additions.

prometheus-client's own histogram takes a lock and walks its buckets, some microseconds an observation; on
the path of every request that alone would break the overhead limit. The sink turns these numbers into its
families at scrape time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LAG_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REQUEST_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
PAUSE_BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class Buckets:
    """Counts by upper bound (the last is +Inf) and their sum. One thread observes, any thread reads."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Count a value under the smallest bound that is not below it."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def add(self, other: Buckets) -> None:
        """Take another's counts into this one; the bounds must be the same."""
        for index, count in enumerate(other.counts):
            self.counts[index] += count
        self.sum += other.sum

    def cumulative(self) -> list[tuple[str, float]]:
        """(upper bound, values at most that), as Prometheus wants them."""
        total = 0
        rows: list[tuple[str, float]] = []
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            total += count
            rows.append((bound, float(total)))
        return rows


class WindowMaximum:
    """The largest value of the last minute, in slots of five seconds."""

    def __init__(self, slots: int = 12, slot_seconds: float = 5.0) -> None:
        self._slots: deque[tuple[int, float]] = deque(maxlen=slots)
        self._span = slots
        self._slot_seconds = slot_seconds

    def observe(self, value: float, now: float) -> None:
        """Remember a value seen at this time."""
        slot = int(now // self._slot_seconds)
        if self._slots and self._slots[-1][0] == slot:
            if value > self._slots[-1][1]:
                self._slots[-1] = (slot, value)
        else:
            self._slots.append((slot, value))

    def read(self, now: float) -> float:
        """The maximum over the window that ends now; 0 when nothing was seen."""
        oldest = int(now // self._slot_seconds) - self._span
        return max((value for slot, value in tuple(self._slots) if slot > oldest), default=0.0)
