"""Whether a library works on something that the project handed it: `open(path)` for the path of `load(path)`.

Disk and CPU work inside a library counts only so; else it is the library's own data that is read or hashed.
What a primitive works on is followed up the calls, parameter by parameter, to the call of the project.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.propagate.depends import (
    is_made_of_something,
    operands,
    parameters_in,
    passed_for,
    says_nothing,
)
from loopaudit.static.propagate.steps import RUNS, Step, Steps

if TYPE_CHECKING:
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.explore import Walk

ALWAYS = frozenset((-1,))
"""In place of parameters: it counts, whatever was handed over."""


def worked_on(link: Linker, frame: Frame, step: Step) -> frozenset[int]:
    """The parameters of its function that the call of a primitive works on."""
    if step.spot.call < 0:
        return frozenset()
    body = link.index.body(frame.function)
    return parameters_in(body, operands(body.calls[step.spot.call]))


def excuse_habits(link: Linker, walk: Walk) -> None:
    """Mark at each step into a library the kinds of work below it that nothing was handed over for."""
    needs = _Needs(link, walk)
    for number, steps in walk.steps.items():
        excused = tuple(_excused(step, needs.unmet(number, step)) for step in steps.steps)
        if excused != steps.steps:
            walk.steps[number] = Steps(excused, steps.unresolved)


def _excused(step: Step, kinds: tuple[str, ...]) -> Step:
    return msgspec.structs.replace(step, excused=(*step.excused, *kinds)) if kinds else step


class _Needs:
    """For every frame inside a library and each kind that it reaches: what must be handed over to it."""

    def __init__(self, link: Linker, walk: Walk) -> None:
        self._link = link
        self._walk = walk
        self._of: dict[int, dict[str, frozenset[int]]] = defaultdict(dict)
        self._spread()

    def _spread(self) -> None:
        walk = self._walk
        callers: dict[int, list[tuple[int, Step]]] = defaultdict(list)
        pending: deque[int] = deque()
        for number, steps in walk.steps.items():
            for step in steps.steps if walk.hops[number] else ():
                if step.frame is not None:
                    callers[step.frame.number].append((number, step))
                elif step.primitive is not None and self._add(
                    number, step.primitive.kind, self._first(number, step)
                ):
                    pending.append(number)
        while pending:
            number = pending.popleft()
            for caller, step in callers[number]:
                changes = [
                    self._add(caller, kind, self._carried(caller, step, needed))
                    for kind, needed in tuple(self._of[number].items())
                ]
                if any(changes):
                    pending.append(caller)

    def _first(self, number: int, step: Step) -> frozenset[int]:
        if step.primitive is not None and step.primitive.cost == "unbounded":
            return ALWAYS
        return worked_on(self._link, self._walk.frames[number], step)

    def _add(self, number: int, kind: str, needed: frozenset[int]) -> bool:
        known = self._of[number].get(kind, frozenset())
        merged = known | needed
        if merged == known:
            return False
        self._of[number][kind] = merged
        return True

    def _carried(self, caller: int, step: Step, needed: frozenset[int]) -> frozenset[int]:
        """What the caller must be handed, for the frame it runs to be handed what it needs."""
        if needed & ALWAYS:
            return ALWAYS
        body = self._link.index.body(self._walk.frames[caller].function)
        return parameters_in(body, self._passed(caller, step, needed))

    def _passed(self, caller: int, step: Step, needed: frozenset[int]) -> list[AnyExpr]:
        if step.frame is None or step.spot.call < 0:
            return []
        function = self._link.index.function(step.frame.function)
        call = self._link.index.body(self._walk.frames[caller].function).calls[step.spot.call]
        return passed_for(call, function, sorted(needed), is_bound=self._is_bound(step))

    def _is_bound(self, step: Step) -> bool:
        """Whether the first parameter of what is run is the object that it is a method of."""
        if step.frame is None:
            return False
        function = self._link.index.function(step.frame.function)
        return function.owner >= 0 and any(param.name in step.frame.bound for param in function.params[:1])

    def unmet(self, number: int, step: Step) -> tuple[str, ...]:
        """The kinds below a step that do not count, for what they would work on is not handed over."""
        if step.what != RUNS or step.frame is None or not self._walk.hops.get(step.frame.number):
            return ()
        is_inside = bool(self._walk.hops[number])
        return tuple(
            kind
            for kind, needed in self._of[step.frame.number].items()
            if not (
                self._carried(number, step, needed) if is_inside else self._is_handed(number, step, needed)
            )
        )

    def _is_handed(self, number: int, step: Step, needed: frozenset[int]) -> bool:
        """Whether a call of the project hands over what is needed; an object that was told of it elsewhere
        may have read its files long ago."""
        if needed & ALWAYS:
            return True
        body = self._link.index.body(self._walk.frames[number].function)
        told = self._passed(number, step, needed)
        own = self._passed(number, step, needed & {0}) if self._is_bound(step) else []
        return any(
            is_made_of_something(body, expr) if expr in own else not says_nothing(expr) for expr in told
        )
