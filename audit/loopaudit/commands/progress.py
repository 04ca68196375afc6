"""A bar on stderr for audits that take longer than a second; nothing when nobody looks."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self, TextIO

PATIENCE_SECONDS = 1.0
REDRAW_SECONDS = 0.1
BAR_COLUMNS = 30


class Progress:
    """Draws `stage [#####     ] 120/400` over itself, and wipes it at the end."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._is_watched = self._stream.isatty()
        self._next_draw = clock() + PATIENCE_SECONDS
        self._drawn = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()

    def show(self, stage: str, done: int, total: int) -> None:
        """Called by the pipeline as often as it likes."""
        if not self._is_watched or self._clock() < self._next_draw:
            return
        self._next_draw = self._clock() + REDRAW_SECONDS
        filled = BAR_COLUMNS * done // total if total else 0
        line = f"{stage} [{'#' * filled}{' ' * (BAR_COLUMNS - filled)}] {done}/{total}"
        self._stream.write("\r" + line.ljust(self._drawn))
        self._stream.flush()
        self._drawn = max(self._drawn, len(line))
