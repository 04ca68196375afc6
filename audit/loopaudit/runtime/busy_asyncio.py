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
    """Knows to the microsecond when the loop left `select` and when it came back."""

    name = "selector"
    is_exact = True

    def __init__(self, selector: Selector, threshold_seconds: float, clock: Clock) -> None:
        self._selector = selector
        self._threshold_seconds = threshold_seconds
        self._clock = clock
        self._left: float | None = None
        self._count = 0
        self._total = 0.0
        self._ended: deque[Period] = deque(maxlen=1024)
        self._timed: Select | None = None

    def start(self) -> None:
        """Shadow `select`; called on the loop, so the current period starts now."""
        original = self._selector.select
        clock, threshold = self._clock, self._threshold_seconds

        def select(timeout: float | None = None) -> object:
            entered = clock()
            left = self._left
            if left is not None:
                self._left = None
                busy = entered - left
                self._total += busy
                self._count += 1
                if busy >= threshold:
                    self._ended.append(Period(self._count - 1, left, entered))
            try:
                return original(timeout)
            finally:
                self._left = clock()

        self._timed = select
        vars(self._selector)["select"] = select
        self._left = clock()

    def stop(self) -> None:
        """Give the selector its own `select` back, unless somebody has wrapped ours since."""
        members = vars(self._selector)
        if self._timed is not None and members.get("select") is self._timed:
            del members["select"]
        self._timed = None
        self._left = None

    def read(self, now: float) -> Reading:
        """The present period; the fields are read one by one, so a torn reading is re-read."""
        while True:
            count, left, total = self._count, self._left, self._total
            if count == self._count and left is self._left:
                break
        busy = max(now - left, 0.0) if left is not None else 0.0
        return Reading(count, left, total + busy)

    def is_still(self, period: int) -> bool:
        """Whether the loop has not come round since that period was read."""
        return self._count == period and self._left is not None

    def drain(self) -> list[Period]:
        """Long periods that ended since the last call, oldest first."""
        periods: list[Period] = []
        while self._ended:
            periods.append(self._ended.popleft())
        return periods
