"""Diagnostics of one running loop, composed: sensors on one side, observers on the other.

Everything that is started is undone in reverse, also when starting failed half-way.
"""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from loopaudit.runtime import clock as clocks
from loopaudit.runtime.busy import choose_sensor
from loopaudit.runtime.gc_pauses import GcPauses
from loopaudit.runtime.kernel import open_thread
from loopaudit.runtime.lag import LagProbe
from loopaudit.runtime.loop_base import LoopBase
from loopaudit.runtime.observers import Observers
from loopaudit.runtime.primitives import lookup_in_catalogue
from loopaudit.runtime.requests import RequestTotals
from loopaudit.runtime.ring import Ring
from loopaudit.runtime.sampler import LoopView
from loopaudit.runtime.sinks.assembly import start_sinks
from loopaudit.runtime.slow_callbacks import SlowCallbacks
from loopaudit.runtime.starvation import OtherThreads
from loopaudit.runtime.totals import Totals
from loopaudit.runtime.tracker import StallTracker, Surroundings
from loopaudit.runtime.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.runtime.events import Stall
    from loopaudit.runtime.settings import Settings


class Diagnostics:
    """What runs for one loop. Made, started and stopped on the loop's thread; the questions may be asked
    from any.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, settings: Settings) -> None:
        self.loop = loop
        self.settings = settings
        self.observers = Observers()
        self.ring = Ring()
        self.totals = Totals(clocks.monotonic)
        self.requests = RequestTotals()
        self.slow_callbacks = SlowCallbacks(loop, settings.slow_callback_seconds, self.observers.publish)
        self.lag = LagProbe(loop, settings.lag_interval_seconds, self.observers.publish, clocks.monotonic)
        self.sensor = choose_sensor(loop, settings.threshold_seconds, clocks.monotonic)
        self.metrics_address: str | None = None
        self.console_address: str | None = None
        self.limiter: object | None = None
        self._tracker: StallTracker | None = None
        self._on_loop = ExitStack()
        self._threads = ExitStack()
        self._sinks = ExitStack()

    def start(self) -> None:
        """Begin to watch. When a part cannot start (a port, a file), what had been started is undone."""
        if not self.settings.is_enabled:
            return
        try:
            self._start_sinks()
            self._start_sensors()
        except BaseException:
            self.stop()
            raise

    def _start_sinks(self) -> None:
        for observer in (self.ring, self.totals):
            self.observers.add(observer)
        start_sinks(self, self._sinks)

    def _start_sensors(self) -> None:
        pauses = GcPauses(clocks.monotonic) if self.settings.watch_gc else None
        ident = threading.get_ident()
        probe = open_thread(threading.get_native_id())
        others = OtherThreads(lambda: frozenset({ident, self._watchdog_ident()}))
        base = LoopBase(self.loop)
        view = LoopView(self.loop, ident, self.sensor, probe, self.lag, others, base, pauses)
        around = Surroundings(
            self.settings, self.observers.publish, clocks.monotonic, clocks.wall, lookup_in_catalogue
        )
        self._tracker = StallTracker(view, around)
        self._watchdog = Watchdog(view, self._tracker, self.settings, clocks.monotonic)
        self._on_loop.callback(probe.close)
        self._begin(self._on_loop, self.sensor.start, self.sensor.stop)
        if pauses is not None:
            self._begin(self._on_loop, pauses.start, pauses.stop)
        self._begin(self._on_loop, base.start, base.stop)
        self._begin(self._on_loop, self.lag.start, self.lag.stop)
        self._on_loop.callback(self.slow_callbacks.stop)
        self._begin(self._threads, self._watchdog.start, self._watchdog.stop)
        self._start_debug()

    def _begin(self, stack: ExitStack, start: Callable[[], None], stop: Callable[[], None]) -> None:
        stack.callback(stop)
        start()

    def _watchdog_ident(self) -> int:
        return self._watchdog.ident or 0

    def _start_debug(self) -> None:
        if os.environ.get("PYTHONASYNCIODEBUG"):
            self.slow_callbacks.start(None)
        elif self.settings.debug:
            self.slow_callbacks.start(self.settings.debug_seconds)

    def stop(self) -> None:
        """Stop and restore the loop. Joins threads: on a loop that serves others use `aclose`."""
        self._threads.close()
        self._on_loop.close()
        self._sinks.close()

    async def aclose(self) -> None:
        """Stop and restore the loop, waiting for the threads in another thread."""
        await asyncio.to_thread(self._threads.close)
        self._on_loop.close()
        await asyncio.to_thread(self._sinks.close)

    def debug_on(self, seconds: float | None = None) -> None:
        """asyncio's debug mode for so long (the setting's `debug_seconds`); callable from any thread."""
        limit = self.settings.debug_seconds if seconds is None else seconds
        self.loop.call_soon_threadsafe(self.slow_callbacks.start, limit)

    def debug_off(self) -> None:
        """End debug mode early; callable from any thread."""
        self.loop.call_soon_threadsafe(self.slow_callbacks.stop)

    def stalls(self) -> tuple[Stall, ...]:
        """The last stalls, oldest first."""
        return self.ring.stalls()

    def present_stall(self) -> Stall | None:
        """The stall that lasts at this moment, or None."""
        return self._tracker.find_present(clocks.monotonic()) if self._tracker is not None else None

    @property
    def service(self) -> str:
        """The name from the settings."""
        return self.settings.service

    def busy_seconds(self) -> float:
        """Seconds the loop was away from its wait for events, since the start."""
        return self._tracker.busy_seconds if self._tracker is not None else 0.0

    def heartbeat_age_seconds(self) -> float:
        """How overdue the probe is: near 0 on a healthy loop, growing while it is stalled."""
        return self.lag.overdue_seconds(clocks.monotonic())

    def worst_lag_seconds(self) -> float:
        """The longest lag of the last minute, the present one included."""
        now = clocks.monotonic()
        return max(self.totals.worst.read(now), self.lag.overdue_seconds(now))

    def lag_seconds(self) -> float:
        """What a callback waits now: how late the probe ran last, or how overdue it is already."""
        return max(self.lag.lateness_seconds, self.lag.overdue_seconds(clocks.monotonic()))
