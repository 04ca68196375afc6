"""Requests counted by method, route template and status. This runs for every request: it is short on
purpose.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import MutableMapping

from loopaudit.runtime.buckets import REQUEST_BOUNDS, Buckets
from loopaudit.runtime.routes import read_method, read_template

Scope = MutableMapping[str, object]
Labels = tuple[str, str, str]

MAX_KEYS = 4096
MAX_SERIES = 2000
UNMATCHED = "unmatched"
OTHER = "other"


class RequestTotals:
    """Durations as histograms, one a (method, route, status).

    Naming a template takes microseconds, so it is done once for each route object and remembered under the
    identities of what the router left in the scope; the objects are kept, so that an identity is never
    reused.
    """

    __slots__ = ("_kept", "_keys", "active", "series")

    def __init__(self) -> None:
        self.active = 0
        self.series: dict[Labels, Buckets] = {}
        self._keys: dict[tuple[object, ...], Buckets] = {}
        self._kept: list[object] = []

    def record(self, scope: Scope, status: object, seconds: float) -> None:
        """Count a finished request."""
        fastapi = scope.get("fastapi")
        context = fastapi.get("effective_route_context") if type(fastapi) is dict else None
        key = (id(scope.get("route")), id(context), scope.get("root_path"), scope["method"], status)
        buckets = self._keys.get(key)
        if buckets is None:
            buckets = self._find(scope, status)
            self._remember(key, buckets, (scope.get("route"), context))
        buckets.counts[bisect_left(buckets.bounds, seconds)] += 1  # observe(), without the call
        buckets.sum += seconds

    def _find(self, scope: Scope, status: object) -> Buckets:
        labels = (read_method(scope), read_template(scope) or UNMATCHED, str(status))
        if labels not in self.series and len(self.series) >= MAX_SERIES:
            labels = (labels[0], OTHER, labels[2])
        return self.series.setdefault(labels, Buckets(REQUEST_BOUNDS))

    def _remember(self, key: tuple[object, ...], buckets: Buckets, objects: tuple[object, object]) -> None:
        if len(self._keys) >= MAX_KEYS or objects == (None, None):
            return  # without a route object a template may change under the same key
        self._keys[key] = buckets
        self._kept.append(objects)

    def add(self, other: RequestTotals) -> None:
        """Take another loop's counts into these."""
        self.active += other.active
        for labels, buckets in other.snapshot().items():
            self.series.setdefault(labels, Buckets(REQUEST_BOUNDS)).add(buckets)

    def snapshot(self) -> dict[Labels, Buckets]:
        """The series at this moment, from any thread."""
        return self.series.copy()
