"""The thread that looks at the loop every 10 ms, and less often while there is nothing to see.

It is the only place where samples are taken and stalls are judged, so nothing of this costs the loop more
than the moments in which the GIL changes hands. A wake-up that finds the loop coming round costs a few
microseconds: what the kernel knows is asked for only when a period grows old, ten times a second besides.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from loopaudit.runtime.kernel import ThreadProbe, open_thread
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
FULL_LOOK_SECONDS = 0.1
JOIN_SECONDS = 2.0
MAX_FAILURES = 3


class Watchdog:
    """Owns the thread and its pace; what is seen is the tracker's business."""

    def __init__(self, view: LoopView, tracker: StallTracker, settings: Settings, clock: Clock) -> None:
        self._view = view
        self._tracker = tracker
        self._clock = clock
        self._threshold = settings.threshold_seconds
        self._tick = settings.tick_seconds
        self._rest = settings.tick_seconds
        self._old_age = self._threshold / 10
        self._gate = threading.Lock()
        self._thread: threading.Thread | None = None
        self._busy_total = 0.0
        self._looked_at = float("-inf")
        self._queued = 0.0

    @property
    def ident(self) -> int | None:
        """The watchdog's own thread, once it runs."""
        return self._thread.ident if self._thread is not None else None

    def start(self) -> None:
        """Start the thread; a daemon, so that a forgotten stop never keeps a program alive."""
        self._gate.acquire()  # loopaudit: ignore[LA106] nobody else has it before the thread runs
        self._thread = threading.Thread(target=self._run, name="loopaudit-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look a last time and stop: when this returns, the loop's memory is not read any more."""
        if self._thread is None:
            return
        self._gate.release()
        if self._thread is not threading.current_thread():
            self._thread.join(JOIN_SECONDS)
        self._thread = None

    def _run(self) -> None:
        own = open_thread(threading.get_native_id())
        failures, is_last = 0, False
        try:
            while failures < MAX_FAILURES and not is_last:
                due = self._clock() + self._rest
                is_last = self._gate.acquire(timeout=self._rest)
                try:
                    self.step(self._clock(), due, own)
                except Exception:
                    failures += 1
                    logger.exception("the watchdog failed (%d of %d before it stops)", failures, MAX_FAILURES)
        finally:
            own.close()

    def step(self, now: float, due: float, own: ThreadProbe) -> None:
        """Look once, and choose how long to rest. `own` is the probe of this thread."""
        reading = self._view.sensor.read(now)
        ended = self._view.sensor.drain()
        is_old = reading.busy_since is not None and now - reading.busy_since >= self._old_age
        is_late = now - due >= self._threshold / 2
        elapsed = now - due + self._rest
        if is_old or is_late or ended or now - self._looked_at >= FULL_LOOK_SECONDS:
            self._looked_at = now
            queued = own.usage().run_queue_seconds or 0.0
            waited, self._queued = queued - self._queued, queued
            starvation = measure_overshoot(due, now, waited, self._threshold / 2) if is_late else None
            self._tracker.look(now, reading, ended, starvation)
        self._rest = self._choose_rest(reading, elapsed, is_old)

    def _choose_rest(self, reading: Reading, elapsed: float, is_old: bool) -> float:
        """Short when a period grows old; long on an idle loop; in between where exact periods allow it."""
        busy, self._busy_total = reading.busy_total_seconds - self._busy_total, reading.busy_total_seconds
        if is_old:
            return self._tick
        if busy <= IDLE_SHARE * elapsed:
            return max(min(self._rest * 2, self._threshold / 2, LONGEST_REST_SECONDS), self._tick)
        if self._view.sensor.has_exact_periods:
            return max(min(self._threshold / 4, LONGEST_REST_SECONDS), self._tick)
        return self._tick
