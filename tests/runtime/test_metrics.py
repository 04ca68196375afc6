"""The metrics have the names and labels that dashboards rely on, and their labels are bounded."""

from __future__ import annotations

import asyncio
import socket
import urllib.request
from typing import TYPE_CHECKING

import pytest
from loopaudit.runtime import Settings, watch
from loopaudit.runtime.buckets import Buckets, WindowMaximum
from loopaudit.runtime.events import GcPause, Lag, Place, SlowCallback, Stall, Whose
from loopaudit.runtime.sinks.prometheus import LoopCollector
from loopaudit.runtime.totals import MAX_SITES, OTHER, Totals
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.runtime.clocks import FakeClock

if TYPE_CHECKING:
    from loopaudit.runtime.monitor import Diagnostics

STALL = Stall(
    0.0, 0.5, "blocking", where=Place("app.py", 3, "f"), whose=Whose(method="GET", route="/slow/{id}")
)
NAMES = {
    *("asyncio_loop_lag_seconds", "asyncio_loop_lag_max_seconds", "asyncio_loop_busy_seconds"),
    *("asyncio_loop_stalls", "asyncio_loop_stalled_seconds", "asyncio_loop_heartbeat_age_seconds"),
    *("asyncio_loop_route_stalled_seconds", "asyncio_loop_site_stalled_seconds"),
    *("asyncio_loop_slow_callbacks", "asyncio_tasks", "python_gc_pause_seconds"),
    *("asyncio_executor_threads", "asyncio_executor_queue_depth"),
    *("http_server_request_duration_seconds", "http_server_active_requests"),
}


def collect(*sources: Diagnostics) -> dict[str, dict[tuple[str, ...], float]]:
    """Every sample as it would be scraped: name -> label values -> value."""
    registry, collector = CollectorRegistry(), LoopCollector()
    registry.register(collector)
    for source in sources:
        collector.add(source)
    return read(generate_latest(registry).decode())


def read(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        samples = found.setdefault(family.name, {})
        for sample in family.samples:
            samples[(sample.name.removeprefix(family.name), *sorted(sample.labels.values()))] = sample.value
    return found


def test_every_metric_is_there_under_its_name() -> None:
    async def main() -> dict[str, dict[tuple[str, ...], float]]:
        async with watch(Settings(log_stalls=False)) as diagnostics:
            await asyncio.to_thread(int)
            return collect(diagnostics)

    assert set(asyncio.run(main())) >= NAMES


def test_events_become_numbers() -> None:
    async def main() -> dict[str, dict[tuple[str, ...], float]]:
        with watch(Settings(log_stalls=False)) as diagnostics:
            for event in (STALL, STALL, Lag(0.02), SlowCallback(0.2, "f"), GcPause(0.01, 2, is_on_loop=True)):
                diagnostics.observers.publish(event)
            return collect(diagnostics)

    found = asyncio.run(main())
    assert found["asyncio_loop_stalls"][("_total",)] == 2
    assert found["asyncio_loop_stalled_seconds"][("_total",)] == 1.0
    assert found["asyncio_loop_route_stalled_seconds"][("_total", *sorted(("/slow/{id}", "blocking")))] == 1.0
    assert found["asyncio_loop_site_stalled_seconds"][("_total", *sorted(("app.py:3", "blocking")))] == 1.0
    assert found["asyncio_loop_slow_callbacks"][("_total",)] == 1
    assert found["asyncio_loop_lag_seconds"][("_count",)] >= 1
    assert found["asyncio_loop_lag_max_seconds"][("",)] >= 0.5
    assert found["python_gc_pause_seconds"][("_count", "2")] >= 1


def test_sites_beyond_the_fiftieth_share_a_label() -> None:
    totals = Totals(FakeClock())
    for line in range(MAX_SITES + 25):
        totals.on_stall(Stall(0.0, 1.0, "cpu", where=Place("app.py", line, "f")))
    assert len(totals.by_site) == MAX_SITES + 1
    assert totals.by_site[(OTHER, "cpu")] == 25.0


def test_a_loop_that_ends_leaves_its_counts_behind() -> None:
    collector, registry = LoopCollector(), CollectorRegistry()
    registry.register(collector)

    async def main() -> None:
        with watch(Settings(log_stalls=False)) as diagnostics:
            collector.add(diagnostics)
            diagnostics.observers.publish(STALL)
            collector.remove(diagnostics)

    for expected in (1, 2):
        asyncio.run(main())
        assert read(generate_latest(registry).decode())["asyncio_loop_stalls"][("_total",)] == expected


def test_each_worker_takes_the_next_free_port() -> None:
    async def main() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            base = taken.getsockname()[1]
            async with watch(Settings(log_stalls=False, metrics_port=base)) as diagnostics:
                assert diagnostics.metrics_address is not None
                assert f":{base}/" not in diagnostics.metrics_address
                text = await asyncio.to_thread(fetch, diagnostics.metrics_address)
                assert "asyncio_loop_stalls_total" in text

    asyncio.run(main())


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:
        body: bytes = response.read()
        return body.decode()


def test_a_value_on_a_bound_counts_below_it() -> None:
    buckets = Buckets((0.1, 1.0))
    for value in (0.1, 0.5, 7.0):
        buckets.observe(value)
    assert buckets.cumulative() == [("0.1", 1.0), ("1.0", 2.0), ("+Inf", 3.0)]
    assert buckets.sum == pytest.approx(7.6)


def test_the_maximum_forgets_after_a_minute() -> None:
    maximum = WindowMaximum()
    maximum.observe(3.0, now=100.0)
    maximum.observe(1.0, now=130.0)
    assert maximum.read(now=140.0) == 3.0
    assert maximum.read(now=170.0) == 1.0
    assert maximum.read(now=900.0) == 0.0
