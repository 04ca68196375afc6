"""Room for deep recursion: questions lead to questions, further than Python's default stack."""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

STACK_BYTES = 512 * 1024 * 1024
"""Address space, not memory: only the pages that are touched are ever held."""
RECURSION_LIMIT = 30_000


def run_deep(function: Callable[[], Answer]) -> Answer:
    """What `function()` returns or raises, run in a thread with a large stack; Ctrl-C ends the wait."""
    answers: list[Answer] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(function())
        except BaseException as error:  # noqa: BLE001 (raised again in the caller's thread)
            errors.append(error)

    collects = gc.isenabled()
    gc.disable()  # what is made here lives until the end: walking it again and again finds nothing
    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK_BYTES)
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        thread = threading.Thread(target=run, name="loopaudit-deep", daemon=True)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
        if collects:
            gc.enable()
    if errors:
        raise errors[0]
    return answers[0]
