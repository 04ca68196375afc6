"""asyncio's debug mode on demand, for a bounded time: its "Executing ... took" records become events.

It costs 4-6 times the CPU a request, so it never stays on by accident: a timer ends it, and what was set
before is restored. Only `PYTHONASYNCIODEBUG=1`, which asks for it for the whole process, is honoured
without a limit (uvicorn on 3.11 ignores it). The records carry arguments; the events keep the function and
the line only.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable

from loopaudit.runtime.events import Place, SlowCallback
from loopaudit.runtime.stacks import shorten_path

asyncio_logger = logging.getLogger("asyncio")

COROUTINE = re.compile(r"coro=<([\w.<>]+)\(\)")
CALLBACK = re.compile(r"^<\w+ (?:when=\S+ )?([\w.<>]+)\(")
LINE = re.compile(r"(?:running at|defined at|done, defined at) (\S+?):(\d+)|\) at (\S+?):(\d+)")

Publish = Callable[[SlowCallback], None]


class SlowCallbacks(logging.Handler):
    """Turns debug mode on and off, on the loop's thread; listens to asyncio's log while it is on."""

    def __init__(self, loop: asyncio.AbstractEventLoop, slow_seconds: float, publish: Publish) -> None:
        super().__init__(logging.WARNING)
        self._loop = loop
        self._slow_seconds = slow_seconds
        self._publish = publish
        self._before: tuple[bool, float, int] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_on(self) -> bool:
        """Whether debug mode is on by our doing."""
        return self._before is not None

    def start(self, seconds: float | None) -> None:
        """Switch on for so long (None: until stopped); called again, it starts the time anew."""
        if self._timer is not None:
            self._timer.cancel()
        if self._before is None:
            limit: float = getattr(self._loop, "slow_callback_duration", 0.1)
            self._before = (self._loop.get_debug(), limit, asyncio_logger.level)
            self._loop.set_debug(True)
            self._loop.slow_callback_duration = self._slow_seconds
            asyncio_logger.addHandler(self)
            if not asyncio_logger.isEnabledFor(logging.WARNING):
                asyncio_logger.setLevel(logging.WARNING)
        self._timer = self._loop.call_later(seconds, self.stop) if seconds is not None else None

    def stop(self) -> None:
        """Switch off and restore what was set before; harmless when it is off."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self._before is None:
            return
        debug, limit, level = self._before
        self._before = None
        asyncio_logger.removeHandler(self)
        asyncio_logger.setLevel(level)
        self._loop.slow_callback_duration = limit
        if not self._loop.is_closed():
            self._loop.set_debug(debug)

    def emit(self, record: logging.LogRecord) -> None:
        """A record of asyncio's log: an event if it is about a slow callback of this loop."""
        if not str(record.msg).startswith("Executing %s took") or not isinstance(record.args, tuple):
            return
        if len(record.args) == 2 and isinstance(record.args[1], int | float) and self._is_ours():
            self._publish(read_record(str(record.args[0]), float(record.args[1])))

    def _is_ours(self) -> bool:
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return False


def read_record(text: str, seconds: float) -> SlowCallback:
    """The function and the line out of a handle's or task's description, and nothing else of it."""
    named = COROUTINE.search(text) or CALLBACK.search(text)
    function = named.group(1) if named else "a callback"
    found = LINE.search(text)
    if found is None:
        return SlowCallback(seconds, function)
    path, line = (found.group(1), found.group(2)) if found.group(1) else (found.group(3), found.group(4))
    return SlowCallback(seconds, function, Place(shorten_path(path), int(line), function))
