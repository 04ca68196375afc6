"""What counts of the steps inside a library, so that a chain through it can be believed.

Nobody asked for the library's own habits: it reads its data files once, guards its caches with locks, logs,
hashes short keys. And where it chooses among several back ends, nobody here knows which one is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.propagate.steps import BLOCKS, RUNS, Step, Steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame

MAX_LIBRARY_HOPS = 8
"""Calls inside libraries that are followed below one call of the project."""
SURE_HOPS = 3
"""Deeper than this nothing is certain."""
LIKELY, POSSIBLE = 1, 2
HABITS = frozenset(("file", "logging", "input"))
"""Kinds that a library rarely means by what its caller asked for."""


def waited_for(steps: Steps) -> Steps:
    """The steps of a library's frame that its caller waits for: what it starts and offloads is its own."""
    return Steps(tuple(step for step in steps.steps if step.what in {BLOCKS, RUNS}), ())


def weighed(steps: Steps, hops: int) -> Steps:
    """The same steps with the doubt that they deserve so many library calls away from the project."""
    return Steps(tuple(_weighed(steps.steps, hops)), ())


def _weighed(steps: tuple[Step, ...], hops: int) -> Iterator[Step]:
    least = 0 if hops <= SURE_HOPS else LIKELY
    for step in steps:
        if step.what == BLOCKS and step.primitive is not None:
            is_habit = step.primitive.kind in HABITS or step.primitive.cost in {"brief", "cpu", "disk"}
            yield _doubted(step, max(least, POSSIBLE if is_habit or step.doubt else 0))
        elif step.what == RUNS:
            yield _doubted(step, max(least, POSSIBLE if step.doubt else 0))


def _doubted(step: Step, doubt: int) -> Step:
    return step if step.doubt >= doubt else msgspec.structs.replace(step, doubt=doubt)


def is_followed(link: Linker, frame: Frame, hops: int) -> bool:
    """Whether the walk goes into a frame so many library calls away: coroutines of a library are its own."""
    if not link.index.is_library(frame.function):
        return True
    return hops <= MAX_LIBRARY_HOPS and not link.index.function(frame.function).is_async
