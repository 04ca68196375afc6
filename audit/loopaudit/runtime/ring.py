"""The last stalls in memory, for pages and consoles: a bounded buffer, safe to read from any thread."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopaudit.runtime.events import SlowCallback, Stall


class Ring:
    """Observer that keeps the newest events, oldest first."""

    def __init__(self, size: int = 256) -> None:
        self._stalls: deque[Stall] = deque(maxlen=size)
        self._slow: deque[SlowCallback] = deque(maxlen=size)

    def on_stall(self, stall: Stall) -> None:
        """Keep a finished stall; one that still lasts comes again when it ends."""
        if stall.is_over:
            self._stalls.append(stall)

    def on_slow_callback(self, slow: SlowCallback) -> None:
        """Keep what asyncio's debug mode saw."""
        self._slow.append(slow)

    def stalls(self) -> tuple[Stall, ...]:
        """The stalls kept, oldest first."""
        return tuple(self._stalls.copy())

    def slow_callbacks(self) -> tuple[SlowCallback, ...]:
        """The slow callbacks kept, oldest first."""
        return tuple(self._slow.copy())
