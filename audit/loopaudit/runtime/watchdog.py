"""The thread that looks at the loop every 10 ms, and less often while the loop has nothing to do.

It is the only place where samples are taken and stalls are judged, so nothing of this costs the loop more
than the moments in which the GIL changes hands.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.runtime.kernel import Usage, open_thread
from loopaudit.runtime.starvation import measure_overshoot

if TYPE_CHECKING:
    from loopaudit.runtime.busy import Reading
    from loopaudit.runtime.clock import Clock
    from loopaudit.runtime.sampler import LoopView
    from loopaudit.runtime.settings import Settings
    from loopaudit.runtime.tracker import StallTracker

logger = logging.getLogger("loopaudit.runtime")

IDLE_SHARE = 0.02
LONGEST_REST_SECONDS = 0.05
JOIN_SECONDS = 2.0
MAX_FAILURES = 3


@dataclass(frozen=True, slots=True)
class Tick:
    """One wake-up: when it was due, when it came, and what the loop's and our own thread have used."""

    due: float
    now: float
    usage: Usage
    own_queue_seconds: float


class Watchdog:
    """Owns the thread and its pace; what a tick means is the tracker's business."""

    def __init__(self, view: LoopView, tracker: StallTracker, settings: Settings, clock: Clock) -> None:
        self._view = view
        self._tracker = tracker
        self._settings = settings
        self._clock = clock
        self._gate = threading.Lock()
        self._thread: threading.Thread | None = None
        self._longest_rest = max(
            min(settings.threshold_seconds / 2, LONGEST_REST_SECONDS), settings.tick_seconds
        )
        self._rest = settings.tick_seconds
        self._busy_total = 0.0

    @property
    def ident(self) -> int | None:
        """The watchdog's own thread, once it runs."""
        return self._thread.ident if self._thread is not None else None

    def start(self) -> None:
        """Start the thread; a daemon, so that a forgotten stop never keeps a program alive."""
        self._gate.acquire()
        self._thread = threading.Thread(target=self._run, name="loopaudit-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, at once: when this returns, the loop's memory is not read any more."""
        if self._thread is None:
            return
        self._gate.release()
        if self._thread is not threading.current_thread():
            self._thread.join(JOIN_SECONDS)
        self._thread = None

    def _run(self) -> None:
        own = open_thread(threading.get_native_id())
        queued = own.usage().run_queue_seconds or 0.0
        failures = 0
        try:
            while failures < MAX_FAILURES:
                due = self._clock() + self._rest
                if self._gate.acquire(timeout=self._rest):
                    return
                now, before = self._clock(), queued
                queued = own.usage().run_queue_seconds or 0.0
                try:
                    self.step(Tick(due, now, self._view.probe.usage(), queued - before))
                except Exception:
                    failures += 1
                    logger.exception("the watchdog failed (%d of %d before it stops)", failures, MAX_FAILURES)
        finally:
            own.close()

    def step(self, tick: Tick) -> None:
        """Look once, and choose how long to rest."""
        reading = self._view.sensor.read(tick.now)
        least = self._settings.threshold_seconds / 2
        starvation = measure_overshoot(tick.due, tick.now, tick.own_queue_seconds, least)
        self._tracker.look(tick.now, reading, tick.usage, starvation)
        self._rest = self._choose_rest(reading, tick.now - tick.due + self._rest)

    def _choose_rest(self, reading: Reading, elapsed: float) -> float:
        busy, self._busy_total = reading.busy_total_seconds - self._busy_total, reading.busy_total_seconds
        if busy > IDLE_SHARE * elapsed:
            return self._settings.tick_seconds
        return min(self._rest * 2, self._longest_rest)
