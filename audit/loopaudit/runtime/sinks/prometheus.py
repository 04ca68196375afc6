"""The metrics as a Prometheus collector: numbers counted elsewhere become families at scrape time only.

Several loops of one process add up. A loop that ends leaves its counts behind, so that no counter goes back.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from loopaudit.runtime.pools import read_executor, read_limiter
from loopaudit.runtime.requests import RequestTotals
from loopaudit.runtime.totals import ByLabel, Totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client import CollectorRegistry

    from loopaudit.runtime.buckets import Buckets


class Source(Protocol):
    """What is read of a watched loop. Every question may be asked from any thread, also while the loop is
    stalled.
    """

    @property
    def loop(self) -> asyncio.AbstractEventLoop: ...
    @property
    def totals(self) -> Totals: ...
    @property
    def requests(self) -> RequestTotals: ...
    @property
    def limiter(self) -> object | None: ...
    @property
    def service(self) -> str: ...
    def busy_seconds(self) -> float: ...
    def heartbeat_age_seconds(self) -> float: ...
    def worst_lag_seconds(self) -> float: ...


class LoopCollector(Collector):
    """One for each registry; sources come and go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sources: tuple[Source, ...] = ()
        self._past = Totals.empty()
        self._past_requests = RequestTotals()
        self._past_busy_seconds = 0.0

    def add(self, source: Source) -> None:
        """Export this loop from now on."""
        with self._lock:
            self._sources = (*self._sources, source)

    def remove(self, source: Source) -> None:
        """Keep what it counted, forget the rest."""
        with self._lock:
            if source in self._sources:
                self._sources = tuple(known for known in self._sources if known is not source)
                self._past.add(source.totals)
                self._past_requests.add(source.requests)
                self._past_busy_seconds += source.busy_seconds()

    def describe(self) -> Iterable[Metric]:
        """Nothing: asking for names at registration would read every loop."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All families."""
        with self._lock:
            sources = self._sources
            totals, requests = Totals.empty(), RequestTotals()
            for part in (self._past, *(source.totals for source in sources)):
                totals.add(part)
            for served in (self._past_requests, *(source.requests for source in sources)):
                requests.add(served)
            busy = self._past_busy_seconds + sum(source.busy_seconds() for source in sources)
        yield from _collect_totals(totals, busy)
        yield from _collect_present(sources)
        yield from _collect_pools(sources)
        yield from _collect_requests(requests)


def _collect_totals(totals: Totals, busy_seconds: float) -> Iterator[Metric]:
    yield _histogram("asyncio_loop_lag_seconds", "How late a probe timer ran.", totals.lag)
    yield CounterMetricFamily(
        "asyncio_loop_busy_seconds", "Seconds the loop was away from its wait for events.", busy_seconds
    )
    yield CounterMetricFamily(
        "asyncio_loop_stalls", "Times the loop did not come round in time.", totals.stalls
    )
    yield CounterMetricFamily(
        "asyncio_loop_stalled_seconds", "Seconds of all stalls.", totals.stalled_seconds
    )
    yield _by_label(
        "asyncio_loop_route_stalled_seconds", "Stalled seconds by route.", "route", totals.by_route
    )
    yield _by_label("asyncio_loop_site_stalled_seconds", "Stalled seconds by line.", "site", totals.by_site)
    yield CounterMetricFamily(
        "asyncio_loop_slow_callbacks",
        "Slow callbacks that asyncio's debug mode reported.",
        totals.slow_callbacks,
    )
    pauses = HistogramMetricFamily("python_gc_pause_seconds", "Garbage collections.", labels=["generation"])
    for generation, buckets in sorted(totals.gc_pauses.copy().items()):
        pauses.add_metric([str(generation)], buckets.cumulative(), buckets.sum)
    yield pauses


def _collect_present(sources: tuple[Source, ...]) -> Iterator[Metric]:
    ages = [source.heartbeat_age_seconds() for source in sources]
    worst = [source.worst_lag_seconds() for source in sources]
    tasks = [len(asyncio.all_tasks(source.loop)) for source in sources]
    yield GaugeMetricFamily(
        "asyncio_loop_lag_max_seconds", "Longest lag of the last minute.", max(worst, default=0.0)
    )
    yield GaugeMetricFamily(
        "asyncio_loop_heartbeat_age_seconds",
        "How overdue the probe timer is now: grows while the loop is stalled.",
        max(ages, default=0.0),
    )
    yield GaugeMetricFamily("asyncio_tasks", "Tasks that are not done.", sum(tasks))
    info = GaugeMetricFamily("loopaudit_info", "The watched service.", labels=["service"])
    for service in sorted({source.service for source in sources}):
        info.add_metric([service], 1.0)
    yield info


def _collect_pools(sources: tuple[Source, ...]) -> Iterator[Metric]:
    executors = [state for source in sources if (state := read_executor(source.loop)) is not None]
    if executors:
        threads, depth = sum(s.threads for s in executors), sum(s.queue_depth for s in executors)
        yield GaugeMetricFamily("asyncio_executor_threads", "Threads of the default executor.", threads)
        yield GaugeMetricFamily("asyncio_executor_queue_depth", "Calls waiting for one.", depth)
    limiters = [found for source in sources if (found := read_limiter(source.limiter)) is not None]
    if limiters:
        yield GaugeMetricFamily(
            "anyio_threadpool_tokens", "Threads anyio may use.", sum(s.tokens for s in limiters)
        )
        yield GaugeMetricFamily("anyio_threadpool_borrowed", "In use.", sum(s.borrowed for s in limiters))
        yield GaugeMetricFamily(
            "anyio_threadpool_waiting", "Tasks waiting for one.", sum(s.waiting for s in limiters)
        )


def _collect_requests(requests: RequestTotals) -> Iterator[Metric]:
    durations = HistogramMetricFamily(
        "http_server_request_duration_seconds",
        "From the request's arrival to the end of its response.",
        labels=["method", "route", "status"],
    )
    for labels, buckets in requests.snapshot().items():
        durations.add_metric(list(labels), buckets.cumulative(), buckets.sum)
    yield durations
    yield GaugeMetricFamily("http_server_active_requests", "Requests being served.", requests.active)


def _histogram(name: str, text: str, buckets: Buckets) -> Metric:
    return HistogramMetricFamily(name, text, buckets=buckets.cumulative(), sum_value=buckets.sum)


def _by_label(name: str, text: str, label: str, values: ByLabel) -> Metric:
    family = CounterMetricFamily(name, text, labels=[label, "cause"])
    for (value, cause), seconds in sorted(values.copy().items()):
        family.add_metric([value, cause], seconds)
    return family


_collectors: WeakKeyDictionary[CollectorRegistry, LoopCollector] = WeakKeyDictionary()
_lock = threading.Lock()


def find_collector(registry: CollectorRegistry) -> LoopCollector:
    """The registry's collector, registered on first use."""
    with _lock:
        collector = _collectors.get(registry)
        if collector is None:
            collector = _collectors[registry] = LoopCollector()
            registry.register(collector)
        return collector
