"""Thread pools seen from outside: asyncio's default executor and anyio's limiter (FastAPI's `def` endpoints).

Both are read while they are in use, by attributes that may be missing (uvloop hides its executor): what
cannot be read is left out, never guessed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


@dataclass(frozen=True, slots=True)
class ExecutorState:
    """Threads alive, and calls that wait for one."""

    threads: int
    queue_depth: int


@dataclass(frozen=True, slots=True)
class LimiterState:
    """Tokens in all, tokens in use, tasks that wait for one."""

    tokens: float
    borrowed: int
    waiting: int


def read_executor(loop: asyncio.AbstractEventLoop) -> ExecutorState | None:
    """The default executor, once something has used it."""
    executor = getattr(loop, "_default_executor", None)
    threads, work = getattr(executor, "_threads", None), getattr(executor, "_work_queue", None)
    if threads is None or work is None:
        return None
    return ExecutorState(len(threads), work.qsize())


def find_limiter() -> object | None:
    """anyio's default limiter of the running loop; asked from inside a task, and only if anyio is loaded
    anyway.
    """
    if "anyio" not in sys.modules:
        return None
    import anyio.to_thread

    return anyio.to_thread.current_default_thread_limiter()


def read_limiter(limiter: object | None) -> LimiterState | None:
    """What the limiter says, from any thread."""
    statistics = getattr(limiter, "statistics", None)
    if statistics is None:
        return None
    state = statistics()
    return LimiterState(state.total_tokens, state.borrowed_tokens, state.tasks_waiting)
