"""How long the loop has been away from its `select`: the exact busy-time sensor and its fallback.

A *period* is the time between two visits of the loop to the kernel's wait for events. On asyncio the
selector is wrapped (`busy_asyncio`), on uvloop libuv keeps the books (`busy_uvloop`), anything else gets a
heartbeat (`busy_heartbeat`). Idleness is never inferred from a `selectors` frame on top of a stack: a
captured `subprocess.run` bottoms out there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import asyncio

    from loopaudit.runtime.clock import Clock


class Reading(NamedTuple):
    """What the sensor says now. `busy_since` is None while the loop waits for events.

    `period` identifies the period: equal numbers at two readings with `busy_since` set mean that the loop
    did not come round in between. `busy_total_seconds` only grows.
    """

    period: int
    busy_since: float | None
    busy_total_seconds: float


@dataclass(frozen=True, slots=True)
class Period:
    """A busy period that is over and was longer than the threshold."""

    number: int
    start: float
    end: float


class BusySensor(Protocol):
    """Started and stopped on the loop's thread, read from the watchdog's.

    `read(now)` costs well under a microsecond and takes no lock. `is_still(period)` says, from any thread,
    whether that period lasts. `drain()` gives the long periods that ended
    since the last call. `stop()` restores the loop; reading afterwards says idle.
    """

    name: str
    has_exact_periods: bool

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def read(self, now: float) -> Reading: ...

    def is_still(self, period: int) -> bool: ...

    def drain(self) -> list[Period]: ...


def choose_sensor(loop: asyncio.AbstractEventLoop, threshold_seconds: float, clock: Clock) -> BusySensor:
    """The most exact sensor that this loop allows; imports uvloop's part only for a uvloop loop."""
    from loopaudit.runtime.busy_asyncio import SelectorSensor, find_selector
    from loopaudit.runtime.busy_heartbeat import HeartbeatSensor

    if type(loop).__module__.partition(".")[0] == "uvloop":
        from loopaudit.runtime.busy_uvloop import LibuvSensor, load_libuv

        library = load_libuv()
        if library is not None:
            return LibuvSensor(loop, library, threshold_seconds)
    selector = find_selector(loop)
    if selector is not None:
        return SelectorSensor(selector, threshold_seconds, clock)
    return HeartbeatSensor(loop, threshold_seconds, clock)
