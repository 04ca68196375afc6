"""A Python stack, copied in microseconds: code objects and offsets, never variables.

Capturing happens while the loop is stalled and the GIL is held, so nothing is formatted, opened or
imported here; `stacks` reads the copies afterwards.
"""

from __future__ import annotations

import gc
import sys
from types import CodeType, FrameType, ModuleType
from typing import NamedTuple

MAX_DEPTH = 200


class FrameCopy(NamedTuple):
    """One frame: its code, line, last instruction, and the module's names (to resolve what it calls)."""

    code: CodeType
    line: int
    instruction: int
    module_names: dict[str, object]

    @property
    def module(self) -> str:
        """Dotted name of the module, or an empty string."""
        name = self.module_names.get("__name__")
        return name if isinstance(name, str) else ""

    @property
    def qualified(self) -> str:
        """`module.Class.function`."""
        return f"{self.module}.{self.code.co_qualname}"


Frames = tuple[FrameCopy, ...]


def copy_frames(frame: FrameType | None, base_id: int | None = None) -> Frames:
    """The stack from this frame outwards to the one with `base_id` (left out): the deepest frame first.

    `f_lineno` is None while a frame is between lines; the line where the function begins stands in.
    """
    frames: list[FrameCopy] = []
    while frame is not None and id(frame) != base_id and len(frames) < MAX_DEPTH:
        code = frame.f_code
        line: int | None = frame.f_lineno
        frames.append(FrameCopy(code, line or code.co_firstlineno, frame.f_lasti, frame.f_globals))
        frame = frame.f_back
    return tuple(frames)


def grab_frames(idents: tuple[int, ...]) -> dict[int, FrameType]:
    """The innermost frames of these threads, all of one instant; a thread that ended is left out.

    They run on as soon as the GIL is released: copy them at once.

    On 3.11 `sys._current_frames()` can deadlock with a collection that it triggers itself (gh-106883, not
    fixed there), so collection is off while it runs. Free-threaded builds move frames under our feet: no
    stacks there.
    """
    if not has_stacks():
        return {}
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        frames = sys._current_frames()  # noqa: SLF001 # no public way to see another thread
        return {ident: frames[ident] for ident in idents if ident in frames}
    finally:
        if was_enabled:
            gc.enable()


def has_stacks() -> bool:
    """Whether another thread's stack can be read safely on this build."""
    probe = getattr(sys, "_is_gil_enabled", None)
    return probe is None or bool(probe())


def is_module(value: object) -> bool:
    """Whether a name stands for a module."""
    return isinstance(value, ModuleType)
