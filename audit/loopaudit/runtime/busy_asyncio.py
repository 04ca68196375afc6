"""Busy time on asyncio: the loop's own selector, timed. Two clock reads an iteration, nothing a callback or
a task.

`select` is shadowed by an attribute of the selector object, so undoing it is deleting that attribute: the
class, the loop and every other loop's selector stay untouched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from loopaudit.runtime.busy import Period, Reading

if TYPE_CHECKING:
    import asyncio

    from loopaudit.runtime.clock import Clock

Select = Callable[[float | None], object]
State = tuple[int, float, float]
"""Number of the period, when it began (IDLE: waiting in `select`), busy seconds before it."""
IDLE = -1.0


class Selector(Protocol):
    """The part of `selectors.BaseSelector` (and of the proactor on Windows) that a loop waits in."""

    @property
    def select(self) -> Select: ...


def find_selector(loop: asyncio.AbstractEventLoop) -> Selector | None:
    """The object this loop waits in, if it lets itself be timed (its instances have a `__dict__`)."""
    selector = getattr(loop, "_selector", None)
    if callable(getattr(selector, "select", None)) and hasattr(selector, "__dict__"):
        return cast("Selector", selector)
    return None


class SelectorSensor:
    """Knows to the microsecond when the loop left `select` and when it came back.

    A period is identified by the number of the visit to `select` that began it.
    """

    name = "selector"
    has_exact_periods = True

    def __init__(self, selector: Selector, threshold_seconds: float, clock: Clock) -> None:
        self._selector = selector
        self._threshold_seconds = threshold_seconds
        self._clock = clock
        self._ended: deque[Period] = deque(maxlen=1024)
        self._timed: Select | None = None
        self._look: Callable[[], State] = lambda: (0, IDLE, 0.0)

    def start(self) -> None:
        """Shadow `select`; called on the loop, so the current period starts now."""
        self._timed, self._look = time_select(
            self._selector.select, self._threshold_seconds, self._clock, self._ended.append
        )
        vars(self._selector)["select"] = self._timed

    def stop(self) -> None:
        """Give the selector its own `select` back, unless somebody has wrapped ours since."""
        members = vars(self._selector)
        if self._timed is not None and members.get("select") is self._timed:
            del members["select"]
        number, _, total = self._look()
        self._look = lambda: (number, IDLE, total)

    def read(self, now: float) -> Reading:
        """The present period."""
        number, since, total = self._look()
        if since == IDLE:
            return Reading(number, None, total)
        return Reading(number, since, total + max(now - since, 0.0))

    def is_still(self, period: int) -> bool:
        """Whether the loop has not come round since that period was read."""
        number, since, _ = self._look()
        return number == period and since != IDLE

    def drain(self) -> list[Period]:
        """Long periods that ended since the last call, oldest first."""
        periods: list[Period] = []
        while self._ended:
            periods.append(self._ended.popleft())
        return periods


def time_select(
    original: Select, threshold: float, clock: Clock, report: Callable[[Period], None]
) -> tuple[Select, Callable[[], State]]:
    """A timed `select`, and the look at its state. Cells, not attributes: this runs every iteration of the
    loop.
    """
    number = 0
    since = clock()
    total = 0.0

    def select(timeout: float | None = None) -> object:
        nonlocal number, since, total
        entered = clock()
        began, since = since, IDLE
        busy = entered - began
        total += busy
        if busy >= threshold:
            report(Period(number, began, entered))
        number += 1
        try:
            return original(timeout)
        finally:
            since = clock()

    def look() -> State:
        return number, since, total

    return select, look
