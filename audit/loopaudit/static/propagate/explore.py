"""Walk the program from its coroutines and handlers, and keep the steps of every frame met on the way."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loopaudit.static.propagate.libraries import MAX_LIBRARY_FRAMES, is_followed, waited_for, weigh
from loopaudit.static.propagate.steps import Steps, read_steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame

NEVER = 1 << 30
MAX_FRAMES = 400_000
"""A bound on frames walked, against code that generates contexts without end."""


@dataclass(slots=True)
class Walk:
    """The frames met, by number, with their steps, in the order they were met."""

    frames: dict[int, Frame] = field(default_factory=dict)
    steps: dict[int, Steps] = field(default_factory=dict)
    functions: set[int] = field(default_factory=set)
    hops: dict[int, int] = field(default_factory=dict)
    """Frame number -> the calls inside libraries on the shortest way from the project to it."""
    inside: int = 0
    """How many of the frames are a library's."""
    unasked: list[int] = field(default_factory=list)
    """The frames of coroutines that nobody was seen to call."""


def coroutines(link: Linker) -> list[Frame]:
    """The general frames of all `async def` functions, in source order."""
    return [
        link.frames.general(number) for number in link.index.functions if link.index.function(number).is_async
    ]


def explore(link: Linker, starts: Iterable[Frame]) -> Walk:
    """Everything that the given frames run, start, schedule or offload, at any depth; then the coroutines
    that nobody was seen to call, those first whose name nobody calls: they may call the others."""
    walk = Walk()
    _walk(link, walk, [frame for frame in starts if not link.index.is_library(frame.function)])
    left = sorted(coroutines(link), key=lambda frame: _is_called(link, frame.function))
    for frame in left:
        if frame.function not in walk.functions:
            walk.unasked.append(frame.number)
            _walk(link, walk, (frame,))
    weigh(link, walk)
    if walk.inside >= MAX_LIBRARY_FRAMES and link.library is not None:
        link.library.leave_the_rest()
    return walk


def walk_from(link: Linker, starts: Iterable[Frame]) -> Walk:
    """Everything that the given frames run, and nothing else."""
    walk = Walk()
    _walk(link, walk, starts)
    return walk


def _is_called(link: Linker, function: int) -> bool:
    return link.index.function(function).name in link.index.callers


def _walk(link: Linker, walk: Walk, starts: Iterable[Frame]) -> None:
    pending = deque((frame, 0) for frame in starts)
    while pending and len(walk.frames) < MAX_FRAMES:
        frame, hops = pending.popleft()
        if walk.hops.get(frame.number, NEVER) <= hops:
            continue
        walk.hops[frame.number] = hops
        if frame.number not in walk.frames:
            walk.frames[frame.number] = frame
            walk.functions.add(frame.function)
            steps = read_steps(link, frame)
            walk.steps[frame.number] = waited_for(link, frame, steps) if hops else steps
            walk.inside += bool(hops)
        for step in walk.steps[frame.number].steps:
            if step.frame is not None:
                inner = hops + 1 if link.index.is_library(step.frame.function) else 0
                if inner == 0 or is_followed(walk, step, inner):
                    pending.append((step.frame, inner))
