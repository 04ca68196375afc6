"""Chains from a step on the loop down to the primitive, by the witnesses that `spread` left behind."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from loopaudit.findings import Hop
from loopaudit.static.observations import Place
from loopaudit.static.propagate.steps import BLOCKS, RUNS, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loopaudit.catalogue.model import Primitive
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.spread import Witnesses

MAX_CHAIN = 40
"""Hops of one chain; a longer one is cut before its primitive."""


class Chain(msgspec.Struct, frozen=True, gc=False):
    """One way from a step to a primitive."""

    hops: tuple[Hop, ...]
    primitive: Primitive
    doubt: int
    is_once: bool


class Chains:
    """Builds chains over one walk."""

    def __init__(self, link: Linker, witnesses: Witnesses) -> None:
        self._link = link
        self._witnesses = witnesses

    @cached_property
    def _kinds(self) -> Mapping[int, tuple[str, ...]]:
        """Frame number -> the kinds of primitives below it."""
        found: dict[int, list[str]] = defaultdict(list)
        for number, kind in self._witnesses:
            found[number].append(kind)
        return {number: tuple(sorted(kinds)) for number, kinds in found.items()}

    def from_step(self, frame: Frame, step: Step) -> Iterator[Chain]:
        """The best chain to each kind of primitive that `step`, standing in `frame`, leads to."""
        if step.what == BLOCKS and step.primitive is not None:
            yield Chain((self.hop(frame, step),), step.primitive, step.doubt, step.is_once)
        elif step.what == RUNS and step.frame is not None:
            for kind in self._kinds.get(step.frame.number, ()):
                if kind in step.excused:
                    continue
                below = self._witnesses[step.frame.number, kind]
                hops, primitive = self._follow(frame, step, kind)
                doubt, is_once = max(step.doubt, below.doubt), step.is_once or below.is_once
                if primitive is not None:
                    yield Chain(hops, primitive, doubt, is_once)

    def _follow(self, frame: Frame, step: Step, kind: str) -> tuple[tuple[Hop, ...], Primitive | None]:
        hops = [self.hop(frame, step)]
        while step.frame is not None and len(hops) < MAX_CHAIN:
            frame = step.frame
            step = self._witnesses[frame.number, kind].step
            hops.append(self.hop(frame, step))
        return tuple(hops), step.primitive

    def hop(self, frame: Frame, step: Step) -> Hop:
        """The step as one line of a chain."""
        index = self._link.index
        name = index.qualified_name(frame.function)
        return Hop(index.path(frame.function), step.spot.line, step.spot.column, name, step.calls)

    def place(self, frame: Frame, step: Step) -> Place:
        """Where the step stands."""
        index = self._link.index
        name = index.qualified_name(frame.function)
        return Place(index.path(frame.function), name, step.spot.line, step.spot.column, step.spot.end_line)
