"""Garbage collections, timed. The callback only appends: it runs inside any allocation, under anybody's lock.

Python calls it before and after each collection of every generation, so it does next to nothing; the watchdog
publishes what it gathered.
"""

from __future__ import annotations

import gc
import threading
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from loopaudit.runtime.clock import Clock


class Pause(NamedTuple):
    """One collection: when it began, how long it took, which generation, in which thread."""

    start: float
    seconds: float
    generation: int
    ident: int


class GcPauses:
    """Gathers pauses until they are drained; at most 4096 are kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = 0.0
        self._pauses: deque[Pause] = deque(maxlen=4096)

    def start(self) -> None:
        """Listen to the collector."""
        gc.callbacks.append(self._note)

    def stop(self) -> None:
        """Stop listening; harmless if somebody cleared the list."""
        if self._note in gc.callbacks:
            gc.callbacks.remove(self._note)

    def _note(self, phase: str, info: dict[str, int]) -> None:
        now = self._clock()
        if phase == "start":
            self._began = now
        elif self._began:
            self._pauses.append(
                Pause(self._began, now - self._began, info["generation"], threading.get_ident())
            )
            self._began = 0.0

    def drain(self) -> list[Pause]:
        """What happened since the last call, oldest first."""
        pauses: list[Pause] = []
        while self._pauses:
            pauses.append(self._pauses.popleft())
        return pauses
