"""The lag probe: a timer, and how late it runs. What it waited, every other callback waited at that
moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from loopaudit.runtime.events import Lag

if TYPE_CHECKING:
    import asyncio

    from loopaudit.runtime.clock import Clock

Publish = Callable[[Lag], None]


class LagProbe:
    """Reschedules itself; `due` and `lateness_seconds` may be read from any thread."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, interval_seconds: float, publish: Publish, clock: Clock
    ) -> None:
        self._loop = loop
        self._interval_seconds = interval_seconds
        self._publish = publish
        self._clock = clock
        self._timer: asyncio.TimerHandle | None = None
        self.due: float | None = None
        self.ran = 0.0
        self.lateness_seconds = 0.0

    def start(self) -> None:
        """Schedule the first measurement; called on the loop."""
        self._schedule()

    def stop(self) -> None:
        """Cancel the timer; called on the loop."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self.due = None

    def _schedule(self) -> None:
        self.due = self._clock() + self._interval_seconds
        self._timer = self._loop.call_later(self._interval_seconds, self._measure)

    def _measure(self) -> None:
        if self.due is None:
            return
        self.ran = self._clock()
        self.lateness_seconds = max(self.ran - self.due, 0.0)
        self._schedule()
        self._publish(Lag(self.lateness_seconds))

    def overdue_seconds(self, now: float) -> float:
        """How late the next measurement is already: what the loop's callers wait at this moment."""
        due = self.due
        return max(now - due, 0.0) if due is not None else 0.0
