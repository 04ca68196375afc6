"""How much work a piece of code does, counted in calls: the same number on every machine, busy or not."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def count_calls(run: Callable[[], object]) -> int:
    """The functions called by `run()`, C functions included, in this thread and in those it starts."""
    counted = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        if event == "call" or event == "c_call":
            counted += 1

    before = sys.getprofile()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
        threading.setprofile(None)  # None takes it off
    return counted
