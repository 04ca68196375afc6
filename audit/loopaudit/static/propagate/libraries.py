"""What counts of the steps inside a library, so that a chain through it can be believed.

Nobody asked for the library's own habits: it guards its caches with locks, logs, reads its data files, hashes
short keys. Such work counts only where what is worked on was handed over by the project's call: `open(path)`
for the `path` of `load(path)`. What waits for others (network, database, processes, sleep) always counts.
And where a library chooses among several back ends, nobody here knows which one is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.propagate.handed import excuse_habits, waits, worked_on
from loopaudit.static.propagate.lazily import is_made_once
from loopaudit.static.propagate.steps import BLOCKS, RUNS, Step, Steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import Primitive
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.explore import Walk

MAX_LIBRARY_HOPS = 8
"""Calls inside libraries that are followed below one call of the project."""
MAX_LIBRARY_FRAMES = 40_000
"""Functions of libraries, in all their contexts, that one run looks into."""
SURE_HOPS = 3
"""Deeper than this nothing is certain."""
LIKELY, POSSIBLE = 1, 2


def is_followed(walk: Walk, step: Step, hops: int) -> bool:
    """Whether the walk goes where a step leads into a library, so many library calls away. What is offloaded
    nobody waits for, and the coroutines of a library are its own business."""
    return step.what == RUNS and hops <= MAX_LIBRARY_HOPS and walk.inside < MAX_LIBRARY_FRAMES


def waited_for(link: Linker, frame: Frame, steps: Steps) -> Steps:
    """The steps of a library's frame that its caller waits for: what it starts and offloads is its own."""
    return Steps(tuple(step for step in steps.steps if _counts(link, frame, step)), ())


def _counts(link: Linker, frame: Frame, step: Step) -> bool:
    if step.what != BLOCKS or step.primitive is None:
        return step.what == RUNS
    if step.primitive.kind == "logging" or _is_brief(link, step.primitive):
        return False
    return waits(step.primitive) or bool(worked_on(link, frame, step))


def _is_brief(link: Linker, primitive: Primitive) -> bool:
    """Whether it is over in a moment; a lock that `with` holds briefly is held no longer by `acquire()`."""
    owner = primitive.name.rpartition(".")[0]
    entering = link.catalogue.primitive(f"{owner}.__enter__") if primitive.kind == "lock" else None
    return "brief" in {primitive.cost, entering.cost if entering is not None else ""}


def weigh(link: Linker, walk: Walk) -> None:
    """Give the steps in libraries, and those that lead there, the doubt and the excuses they deserve."""
    inside = [number for number, hops in walk.hops.items() if hops]
    if not inside:
        return
    for number in inside:
        frame, hops = walk.frames[number], walk.hops[number]
        walk.steps[number] = Steps(tuple(_doubted(link, frame, walk.steps[number], hops)), ())
    excuse_habits(link, walk)


def _doubted(link: Linker, frame: Frame, steps: Steps, hops: int) -> Iterator[Step]:
    for step in steps.steps:
        is_habit = step.primitive is not None and not waits(step.primitive)
        is_left_to_it = step.frame is not None and not link.index.is_library(step.frame.function)
        least = LIKELY if hops > SURE_HOPS or is_habit or is_left_to_it else 0
        doubt = POSSIBLE if step.doubt else least
        is_once = step.is_once or is_made_once(link, frame, step)
        if (doubt, is_once) != (step.doubt, step.is_once):
            yield msgspec.structs.replace(step, doubt=doubt, is_once=is_once)
        else:
            yield step
