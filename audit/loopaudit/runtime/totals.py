"""What has been counted since the start: an observer that adds up events, read by metrics and consoles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from loopaudit.runtime.buckets import LAG_BOUNDS, PAUSE_BOUNDS, Buckets, WindowMaximum

if TYPE_CHECKING:
    from loopaudit.runtime.clock import Clock
    from loopaudit.runtime.events import GcPause, Lag, SlowCallback, Stall

MAX_SITES = 50
MAX_ROUTES = 500
OTHER = "other"
NO_ROUTE = "none"
"""The label of stalls outside of any request."""

ByLabel = dict[tuple[str, str], float]


class Totals:
    """Sums of one loop. Each field is written by one thread only, so no lock is needed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.lag = Buckets(LAG_BOUNDS)
        self.worst = WindowMaximum()
        self.stalls = 0
        self.stalled_seconds = 0.0
        self.by_route: ByLabel = defaultdict(float)
        self.by_site: ByLabel = defaultdict(float)
        self._sites: set[str] = set()
        self._routes: set[str] = set()
        self.slow_callbacks = 0
        self.gc_pauses: dict[int, Buckets] = {}

    @classmethod
    def empty(cls) -> Totals:
        """Totals to add others to."""
        return cls(lambda: 0.0)

    def add(self, other: Totals) -> None:
        """Take another loop's counts into these (all but the window's maximum, which is no count)."""
        self.lag.add(other.lag)
        self.stalls += other.stalls
        self.stalled_seconds += other.stalled_seconds
        self.slow_callbacks += other.slow_callbacks
        for mine, theirs in ((self.by_route, other.by_route), (self.by_site, other.by_site)):
            for labels, seconds in theirs.copy().items():
                mine[labels] += seconds
        for generation, buckets in other.gc_pauses.copy().items():
            self.gc_pauses.setdefault(generation, Buckets(PAUSE_BOUNDS)).add(buckets)

    def on_lag(self, lag: Lag) -> None:
        """On the loop's thread."""
        self.lag.observe(lag.seconds)
        self.worst.observe(lag.seconds, self._clock())

    def on_slow_callback(self, slow: SlowCallback) -> None:  # noqa: ARG002 # counted only
        """On the loop's thread."""
        self.slow_callbacks += 1

    def on_gc_pause(self, pause: GcPause) -> None:
        """On the watchdog's thread."""
        self.gc_pauses.setdefault(pause.generation, Buckets(PAUSE_BOUNDS)).observe(pause.seconds)

    def on_stall(self, stall: Stall) -> None:
        """On the watchdog's thread; a stall that lasts counts when it is over."""
        if not stall.is_over:
            return
        self.worst.observe(stall.duration_seconds, self._clock())
        self.stalls += 1
        self.stalled_seconds += stall.duration_seconds
        route = bound_label(stall.route or NO_ROUTE, self._routes, MAX_ROUTES)
        site = bound_label(stall.site, self._sites, MAX_SITES)
        self.by_route[(route, stall.cause)] += stall.duration_seconds
        self.by_site[(site, stall.cause)] += stall.duration_seconds


def bound_label(label: str, known: set[str], limit: int) -> str:
    """The label, or `other` once that many different ones are in use: label values must not grow with
    traffic.
    """
    if label in known:
        return label
    if len(known) >= limit:
        return OTHER
    known.add(label)
    return label
