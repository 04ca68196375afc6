"""From copied frames to what people read: the line of their own code, the primitive, the trimmed stack."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loopaudit.runtime.calls import name_call
from loopaudit.runtime.events import Place
from loopaudit.runtime.ownership import OURSELVES, is_own

if TYPE_CHECKING:
    from loopaudit.runtime.frames import FrameCopy, Frames

MAX_STACK = 40
UNOWNED_FRAMES = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """A stack, read: where in one's own code, what it called there, and the frames worth showing.

    Those are, outermost first, one's own and what lies below the deepest of them; frameworks between are
    left out.
    """

    where: Place | None
    calls: tuple[str, ...]
    stack: tuple[Place, ...]


def read_stack(frames: Frames, own_packages: frozenset[str]) -> Reading:
    """Find the deepest own frame; without one, the deepest that is not ours.

    `calls` are the dotted names of what the own line called and of every frame below it, outermost first: the
    catalogue knows one of them.
    """
    visible = tuple(frame for frame in frames if not frame.code.co_filename.startswith(OURSELVES))
    if not visible:
        return Reading(None, (), ())
    own = [i for i, frame in enumerate(visible) if _is_own(frame, own_packages)]
    deepest = own[0] if own else 0
    shown = [*visible[:deepest], *(visible[i] for i in own)] if own else visible[:UNOWNED_FRAMES]
    return Reading(
        where=place_of(visible[deepest]),
        calls=_list_calls(visible, deepest),
        stack=tuple(place_of(frame) for frame in reversed(shown))[-MAX_STACK:],
    )


def _is_own(frame: FrameCopy, packages: frozenset[str]) -> bool:
    return is_own(frame.code.co_filename, frame.module, packages)


def _list_calls(frames: Frames, deepest: int) -> tuple[str, ...]:
    """What the own frame called, by name and by the frames below, and what the innermost frame called in
    C.
    """
    names = [name_call(frames[deepest])]
    names += [frame.qualified for frame in reversed(frames[:deepest])]
    if deepest > 0:
        names.append(name_call(frames[0]))
    return tuple(dict.fromkeys(name for name in names if name))


def place_of(frame: FrameCopy) -> Place:
    """The frame as a place."""
    return Place(shorten_path(frame.code.co_filename), frame.line, frame.code.co_qualname)


@functools.lru_cache(maxsize=4096)
def shorten_path(filename: str) -> str:
    """POSIX, and relative where the file lies below the working directory."""
    base = os.getcwd()  # noqa: PTH109 # a string is compared
    path = filename
    if filename.startswith(base + os.sep):
        path = filename[len(base) + 1 :]
    return Path(path).as_posix() if not filename.startswith("<") else filename
