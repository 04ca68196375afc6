"""Busy time on uvloop: libuv's own books (`UV_METRICS_IDLE_TIME`), read from the watchdog through ctypes.

Two counters are enough. Idle time stands still while the loop runs callbacks; the loop count moves when it
comes round. Idle time alone would call a saturated loop stalled, because libuv does not count polls that find
events at once. No handle is added to the loop: prepare and check handles made through ctypes crash.
"""

from __future__ import annotations

import ctypes
import importlib
import logging
from collections import deque
from functools import partial
from operator import call
from typing import TYPE_CHECKING

from loopaudit.runtime.busy import Period, Reading

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

logger = logging.getLogger("loopaudit.runtime")

UV_METRICS_IDLE_TIME = 1
LOOP_COUNT_SINCE = (1 << 16) | (45 << 8)
FEW_ITERATIONS = 3


class Metrics(ctypes.Structure):
    """`uv_metrics_t`, with room to spare for what later versions of libuv put into its reserve."""

    _fields_ = (("loop_count", ctypes.c_uint64), ("rest", ctypes.c_uint64 * 31))


def load_libuv() -> ctypes.PyDLL | None:
    """uvloop's own shared library, or None where it keeps libuv's symbols to itself.

    PyDLL, not CDLL: holding the GIL makes a read cheaper than releasing it, and keeps the loop from closing
    meanwhile.
    """
    module = importlib.import_module("uvloop.loop")
    try:
        library = ctypes.PyDLL(str(module.__file__))
        for name in ("uv_loop_configure", "uv_metrics_idle_time", "uv_metrics_info"):
            getattr(library, name)
        has_loop_count = module.libuv_get_version() >= LOOP_COUNT_SINCE
    except (OSError, AttributeError) as error:
        logger.info("uvloop does not export libuv's metrics (%s): falling back to a heartbeat", error)
        return None
    return library if has_loop_count else None


def _find_pointer(loop: asyncio.AbstractEventLoop) -> int:
    module = importlib.import_module("uvloop.loop")
    unwrap = ctypes.pythonapi.PyCapsule_GetPointer
    unwrap.restype, unwrap.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return int(unwrap(module.libuv_get_loop_t_ptr(loop), None))


class LibuvSensor:
    """Reads idle time and loop count; the start of a period is known to less than a tick."""

    name = "libuv"
    has_exact_periods = False

    def __init__(
        self, loop: asyncio.AbstractEventLoop, library: ctypes.PyDLL, threshold_seconds: float
    ) -> None:
        self._loop = loop
        self._library = library
        self._metrics = Metrics()
        self._steps: tuple[Callable[[], object], ...] = ()
        self._books = Books(threshold_seconds)

    def start(self) -> None:
        """Ask libuv to measure idle time; it cannot be told to stop, and costs an empty poll a wait."""
        pointer = ctypes.c_void_p(_find_pointer(self._loop))
        self._library.uv_loop_configure(pointer, UV_METRICS_IDLE_TIME)
        idle_time = self._library["uv_metrics_idle_time"]
        idle_time.restype, idle_time.argtypes = ctypes.c_uint64, [ctypes.c_void_p]
        info = self._library["uv_metrics_info"]
        info.restype, info.argtypes = ctypes.c_int, [ctypes.c_void_p, ctypes.c_void_p]
        metrics = ctypes.byref(self._metrics)
        self._steps = (self._loop.is_closed, partial(info, pointer, metrics), partial(idle_time, pointer))

    def stop(self) -> None:
        """Never touch the loop's memory again."""
        self._steps = ()

    def read(self, now: float) -> Reading:
        """One uninterruptible look at libuv's books.

        `next` over `map` runs the three steps inside one bytecode, so the GIL cannot change hands between
        asking whether the loop is closed and reading its memory, which closing frees.
        """
        idle_ns = next(filter(None, map(call, self._steps)), 0)
        if idle_ns is True or not self._steps:
            return Reading(self._books.period, None, self._books.busy_seconds)
        idle_seconds = idle_ns / 1e9 if isinstance(idle_ns, int) else 0.0
        return self._books.enter(now, idle_seconds, self._metrics.loop_count)

    def is_still(self, period: int) -> bool:
        """Whether libuv's books have not moved since that period was read; reads them without entering a
        line.
        """
        idle_ns = next(filter(None, map(call, self._steps)), 0)
        if idle_ns is True or not self._steps or not isinstance(idle_ns, int):
            return False
        return self._books.period == period and self._books.is_at(idle_ns / 1e9, self._metrics.loop_count)

    def drain(self) -> list[Period]:
        """Long periods that ended since the last call, oldest first."""
        return self._books.drain()


class Books:
    """Turns a series of (now, idle time, loop count) into periods. Pure: the tests drive it with numbers.

    A period is *certain* once two lines agree; one that is only inferred from busy time (the watchdog was
    kept out by the GIL meanwhile) ends at the line that revealed it, unless the next line agrees.
    """

    def __init__(self, threshold_seconds: float) -> None:
        self._threshold_seconds = threshold_seconds
        self._last: tuple[float, float, int] | None = None
        self._since: float | None = None
        self._is_certain = False
        self._ended: deque[Period] = deque(maxlen=1024)
        self.period = 0
        self.busy_seconds = 0.0

    def enter(self, now: float, idle_seconds: float, loop_count: int) -> Reading:
        """Enter one line; says whether the loop is in the same period as at the line before."""
        if self._last is not None:
            before, idle_before, count_before = self._last
            busy = min(max((now - before) - (idle_seconds - idle_before), 0.0), now - before)
            self.busy_seconds += busy
            if idle_seconds == idle_before and loop_count == count_before:
                self._stay(before)
            else:
                self._turn(before, now, busy, loop_count - count_before)
        self._last = (now, idle_seconds, loop_count)
        return Reading(self.period, self._since, self.busy_seconds)

    def is_at(self, idle_seconds: float, loop_count: int) -> bool:
        """Whether these are the figures of the last line."""
        return self._last is not None and self._last[1:] == (idle_seconds, loop_count)

    def _stay(self, before: float) -> None:
        if self._since is None:
            self.period += 1
            self._since = before
        self._is_certain = True

    def _turn(self, before: float, now: float, busy: float, iterations: int) -> None:
        """The loop came round since the last line: close the old period, estimate the next one."""
        longest = busy if iterations <= FEW_ITERATIONS else busy / iterations
        since, was_certain = self._since, self._is_certain
        if since is not None:
            end = before + longest if was_certain else before
            if end - since >= self._threshold_seconds:
                self._ended.append(Period(self.period, since, end))
        self.period += 1
        self._is_certain = False
        has_begun = longest > 0.0 and not (since is not None and was_certain)
        self._since = now - longest if has_begun else None

    def drain(self) -> list[Period]:
        """Long periods that ended since the last call, oldest first."""
        periods: list[Period] = []
        while self._ended:
            periods.append(self._ended.popleft())
        return periods
