"""A stopwatch for the planted stalls: what an endpoint answers."""

from __future__ import annotations

import time

Seconds = dict[str, float]


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def read(self) -> Seconds:
        """The answer of an endpoint."""
        return {"seconds": time.monotonic() - self._began}
