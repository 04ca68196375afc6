"""A line of log a stall: what happened, where, whose it was, why, and what to do next."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopaudit.runtime.events import Shares, SlowCallback, Stall

logger = logging.getLogger("loopaudit.stall")


class LogLines:
    """Observer that logs at WARNING under `loopaudit.stall`."""

    def on_stall(self, stall: Stall) -> None:
        """One line, free of request data."""
        logger.warning("%s", format_stall(stall))

    def on_slow_callback(self, slow: SlowCallback) -> None:
        """What asyncio's debug mode saw."""
        place = f" at {slow.where.path}:{slow.where.line}" if slow.where else ""
        logger.warning("slow callback: %s took %.3f s%s", slow.function, slow.seconds, place)


def format_stall(stall: Stall) -> str:
    """`loop stalled 0.512 s: blocking in clock_nanosleep at app.py:12 in work (time.sleep), GET /slow
    [...]`.
    """
    verb = "stalled" if stall.is_over else "is still stalled after"
    where = f" at {stall.where}" if stall.where else ""
    primitive = f" ({stall.primitive})" if stall.primitive else ""
    return (
        f"loop {verb} {stall.duration_seconds:.3f} s: {_name_cause(stall)}{where}{primitive}"
        f", {_name_work(stall)} [{format_shares(stall.shares)}]"
    )


def _name_cause(stall: Stall) -> str:
    if stall.thread_hog is not None:
        place = f" at {stall.thread_hog.where}" if stall.thread_hog.where else ""
        return f"waiting for the GIL, held by thread {stall.thread_hog.name}{place}"
    if stall.waiting_in:
        return f"blocking in {stall.waiting_in}"
    return stall.cause


def _name_work(stall: Stall) -> str:
    whose = stall.whose
    if whose.route is not None:
        return f"{whose.method} {whose.route}"
    if whose.coroutine is not None:
        return f"task {whose.coroutine}"
    return "outside of any task"


def format_shares(shares: Shares) -> str:
    """`on CPU 2 %, waiting 98 %`; what the system does not tell is said to be unknown."""
    parts = {
        "on CPU": shares.on_cpu,
        "waiting": shares.waiting,
        "GIL": shares.gil,
        "GC": shares.gc,
        "run queue": shares.run_queue,
    }
    known = [f"{name} {value:.0%}" for name, value in parts.items() if value is not None and value >= 0.005]
    if shares.on_cpu is None:
        known.append("the rest is not told by this system")
    return ", ".join(known)
