"""Busy time where neither selector nor libuv can be asked: a timer that beats every 10 ms.

It cannot see how busy a loop is below a beat, and says so (`has_exact_periods` is False); a loop whose
beat is late is busy.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from loopaudit.runtime.busy import Period, Reading

if TYPE_CHECKING:
    import asyncio

    from loopaudit.runtime.clock import Clock

BEAT_SECONDS = 0.01


class HeartbeatSensor:
    """Late beats are busy periods; the start of one is known to a beat."""

    name = "heartbeat"
    has_exact_periods = False

    def __init__(self, loop: asyncio.AbstractEventLoop, threshold_seconds: float, clock: Clock) -> None:
        self._loop = loop
        self._threshold_seconds = threshold_seconds
        self._clock = clock
        self._due: float | None = None
        self._count = 0
        self._total = 0.0
        self._ended: deque[Period] = deque(maxlen=1024)
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Schedule the first beat."""
        self._schedule()

    def stop(self) -> None:
        """Cancel the timer."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._due = None

    def _schedule(self) -> None:
        self._due = self._clock() + BEAT_SECONDS
        self._timer = self._loop.call_later(BEAT_SECONDS, self._beat)

    def _beat(self) -> None:
        now = self._clock()
        if self._due is not None and now > self._due:
            self._total += now - self._due
            if now - self._due >= self._threshold_seconds:
                self._ended.append(Period(self._count, self._due, now))
        self._count += 1
        self._schedule()

    def read(self, now: float) -> Reading:
        """Busy when the beat is late."""
        due = self._due
        since = due if due is not None and now > due else None
        return Reading(self._count, since, self._total + (now - since if since is not None else 0.0))

    def is_still(self, period: int) -> bool:
        """Whether no beat came since that period was read."""
        return self._count == period

    def drain(self) -> list[Period]:
        """Long periods that ended since the last call, oldest first."""
        periods: list[Period] = []
        while self._ended:
            periods.append(self._ended.popleft())
        return periods
