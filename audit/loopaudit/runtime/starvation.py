"""Was the watchdog itself kept waiting, and by which thread?

Its overshoot, less its own time in the run queue, is time it could not get the interpreter: another thread
(or a C call that keeps the GIL) had it. A loop in that place cannot tell on asyncio, where a wait for the
GIL at the end of `select` looks idle; this is how it is seen.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from loopaudit.runtime.kernel import read_cpu_seconds, thread_clock_id

if TYPE_CHECKING:
    from collections.abc import Callable


LOOK_SECONDS = 0.1


class Burn(NamedTuple):
    """CPU seconds a thread has used in its life."""

    ident: int
    name: str
    cpu_seconds: float


class Starvation(NamedTuple):
    """The watchdog was kept out from `start` to `end`."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long."""
        return self.end - self.start


Burns = Mapping[int, Burn]


class OtherThreads:
    """CPU used by the other Python threads, remembered from time to time so that a hog can be named
    afterwards.
    """

    def __init__(self, exclude: Callable[[], frozenset[int]]) -> None:
        self._exclude = exclude
        self._looked = float("-inf")
        self.baseline: Burns = {}

    def remember(self, now: float) -> None:
        """Take the baseline, at most ten times a second: it costs a system call a thread."""
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self.baseline = self._read()

    def burned_since(self, baseline: Burns) -> list[Burn]:
        """CPU seconds of each other thread since a baseline, the greediest first."""
        burns = [
            burn._replace(cpu_seconds=burn.cpu_seconds - baseline[ident].cpu_seconds)
            if ident in baseline
            else burn
            for ident, burn in self._read().items()
        ]
        return sorted(burns, key=lambda burn: -burn.cpu_seconds)

    def _read(self) -> dict[int, Burn]:
        excluded = self._exclude()
        burns: dict[int, Burn] = {}
        for thread in threading.enumerate():
            if thread.ident is None or thread.native_id is None or thread.ident in excluded:
                continue
            seconds = read_cpu_seconds(thread_clock_id(thread.native_id))
            if seconds is not None:
                burns[thread.ident] = Burn(thread.ident, thread.name, seconds)
        return burns


def measure_overshoot(
    due: float, now: float, queued_seconds: float, least_seconds: float
) -> Starvation | None:
    """The part of an overshoot that was not the machine's, if it is long enough to matter."""
    kept_out = (now - due) - queued_seconds
    return Starvation(now - kept_out, now) if kept_out >= least_seconds else None
