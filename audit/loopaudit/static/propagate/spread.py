"""Carry blocking backwards along the calls that run here and now, and roots forwards along all calls.

For every frame and every kind of primitive the best witness is kept: the least doubtful, then the worst (what
happens once counts one level less, as in severities), then the shortest chain.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.propagate.steps import BLOCKS, OFFLOADS, RUNS, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loopaudit.static.link.linker import Linker
    from loopaudit.static.propagate.explore import Walk

COSTS = {"unbounded": 0, "disk": 1, "cpu": 1, "brief": 2}


class Witness(msgspec.Struct, frozen=True, gc=False):
    """That a frame blocks: its step, and whether the chain below is doubtful or runs only once."""

    step: Step
    doubt: int
    is_once: bool
    length: int


Witnesses = dict[tuple[int, str], Witness]
"""(frame number, kind of primitive) -> why it blocks."""


def spread_blocking(link: Linker, walk: Walk) -> Witnesses:
    """The witnesses of every sync frame of the walk."""
    callers: dict[int, list[tuple[int, int]]] = defaultdict(list)
    heap: list[tuple[int, int, int, int, int, int, str]] = []
    for number, steps in walk.steps.items():
        if link.index.function(walk.frames[number].function).is_async:
            continue
        for position, step in enumerate(steps.steps):
            if step.what == BLOCKS and step.primitive is not None:
                cost, once = COSTS[step.primitive.cost], int(step.is_once)
                heap.append((step.doubt, cost + once, once, 1, number, position, step.primitive.kind))
            elif step.what == RUNS and step.frame is not None:
                callers[step.frame.number].append((number, position))
    heapq.heapify(heap)
    found: Witnesses = {}
    while heap:
        doubt, level, once, length, number, position, kind = heapq.heappop(heap)
        if (number, kind) in found:
            continue
        found[number, kind] = Witness(walk.steps[number].steps[position], doubt, bool(once), length)
        for caller, at in callers.get(number, ()):
            if (caller, kind) not in found:
                step = walk.steps[caller].steps[at]
                if kind in step.excused:
                    continue
                worst, is_once = max(doubt, step.doubt), max(once, int(step.is_once))
                heapq.heappush(heap, (worst, level - once + is_once, is_once, length + 1, caller, at, kind))
    return found


def spread_roots(walk: Walk, starts: Mapping[int, int]) -> dict[int, int]:
    """For every frame the roots that reach it, as a set of bits; starts: frame number -> its own bits."""
    reach: dict[int, int] = dict(starts)
    pending = deque(number for number in starts if number in walk.steps)
    while pending:
        number = pending.popleft()
        bits = reach[number]
        for step in walk.steps[number].steps:
            if step.frame is None or step.what == OFFLOADS:
                continue
            before = reach.get(step.frame.number, 0)
            if before | bits != before:
                reach[step.frame.number] = before | bits
                if step.frame.number in walk.steps:
                    pending.append(step.frame.number)
    return reach
