"""Where the loop begins on its thread's stack: frames further out run the loop, they do not run on it.

Without this a uvloop that is stalled in C would be blamed on the program's `main()`, the deepest own frame
there is.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from types import FrameType

RUNNERS = frozenset({"Handle._run", "BaseEventLoop._run_once"})


class LoopBase:
    """Finds the frame that runs the loop, from a callback of the loop itself."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handle: asyncio.Handle | None = None
        self.frame_id: int | None = None
        """Identity of that frame; it lives as long as the loop runs, and is not kept alive by us."""

    def start(self) -> None:
        """Look at the next turn of the loop."""
        self._handle = self._loop.call_soon(self._find)

    def stop(self) -> None:
        """Forget it."""
        if self._handle is not None:
            self._handle.cancel()
        self.frame_id = None

    def _find(self) -> None:
        frame: FrameType | None = sys._getframe().f_back  # noqa: SLF001 # the only way to one's own caller
        while frame is not None and frame.f_code.co_qualname in RUNNERS:
            frame = frame.f_back
        self.frame_id = id(frame) if frame is not None else None
