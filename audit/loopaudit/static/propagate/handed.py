"""Whether a library works on something that the project handed it: `open(path)` for the path of `load(path)`.

Disk and CPU work inside a library counts only so; else it is the library's own data that is read or hashed.
What a primitive works on is followed up the calls, parameter by parameter, to the call of the project.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

import msgspec

from loopaudit.catalogue.arguments import MEMORY_TYPES
from loopaudit.static.expressions import Attr
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import ExternalInstance
from loopaudit.static.propagate.depends import (
    is_made_of_something,
    parameters_in,
    passed_for,
    says_nothing,
)
from loopaudit.static.propagate.steps import RUNS, Step, Steps

if TYPE_CHECKING:
    from loopaudit.catalogue.model import Primitive
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.explore import Walk

MAX_LIBRARY_CALLS = 3
ALWAYS = frozenset((-1,))
"""In place of parameters: it counts, whatever was handed over."""


def waits(primitive: Primitive) -> bool:
    """Whether it waits for others, whatever it is given; a host's name is given, or it is the own one."""
    return primitive.cost == "unbounded" and primitive.kind != "dns"


def worked_on(link: Linker, frame: Frame, step: Step) -> frozenset[int]:
    """The parameters of its function that the call of a primitive works on: those that its object came from,
    else those of what comes first; the other arguments say how."""
    if step.spot.call < 0:
        return frozenset()
    body = link.index.body(frame.function)
    call = body.calls[step.spot.call]
    object_ = (call.func.base,) if isinstance(call.func, Attr) else ()
    first = call.args[:1] or [value for _, value in call.keywords[:1]]
    return parameters_in(body, object_) or parameters_in(body, first)


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
    """For every frame inside a library and each kind that it reaches: what must be handed over to it.

    Work further than MAX_LIBRARY_CALLS below the project's call is not what that call was made for.
    """

    def __init__(self, link: Linker, walk: Walk) -> None:
        self._link = link
        self._walk = walk
        self._of: dict[int, dict[str, frozenset[int]]] = defaultdict(dict)
        self._calls: dict[tuple[int, str], int] = {}
        """(frame number, kind) -> the frames of the library on the way to the primitive, with this one."""
        self._spread()

    def _spread(self) -> None:
        walk = self._walk
        callers: dict[int, list[tuple[int, Step]]] = defaultdict(list)
        pending: deque[int] = deque()
        for number, steps in walk.steps.items():
            for step in steps.steps if walk.hops[number] else ():
                if step.frame is not None:
                    callers[step.frame.number].append((number, step))
                elif step.primitive is not None:
                    needed = (
                        ALWAYS if waits(step.primitive) else worked_on(self._link, walk.frames[number], step)
                    )
                    if self._add(number, step.primitive.kind, needed, 1):
                        pending.append(number)
        while pending:
            number = pending.popleft()
            for caller, step in callers[number]:
                changes = [
                    self._add(caller, kind, self._carried(caller, step, kind), self._calls[number, kind] + 1)
                    for kind in tuple(self._of[number])
                ]
                if any(changes):
                    pending.append(caller)

    def _add(self, number: int, kind: str, needed: frozenset[int], calls: int) -> bool:
        """Of several ways to a primitive the shortest is the one that is told, and counts."""
        known = self._of[number].get(kind, frozenset())
        is_longer = calls > self._calls.get((number, kind), calls)
        if needed <= known or (known and is_longer and not needed & ALWAYS):
            return False
        self._of[number][kind] = known | needed
        self._calls.setdefault((number, kind), calls)
        return True

    def _carried(self, caller: int, step: Step, kind: str) -> frozenset[int]:
        """What a caller inside the library must be handed, for what it runs to be handed what that needs."""
        callee = step.frame.number if step.frame is not None else -1
        needed = self._of[callee].get(kind, frozenset())
        if needed & ALWAYS:
            return ALWAYS
        if self._calls.get((callee, kind), 0) >= MAX_LIBRARY_CALLS:
            return frozenset()
        body = self._link.index.body(self._walk.frames[caller].function)
        return parameters_in(body, self._passed(caller, step, needed))

    def _passed(self, caller: int, step: Step, needed: frozenset[int]) -> list[AnyExpr]:
        if step.frame is None or step.spot.call < 0:
            return []
        function = self._link.index.function(step.frame.function)
        call = self._link.index.body(self._walk.frames[caller].function).calls[step.spot.call]
        return passed_for(call, function, sorted(needed), is_bound=self._is_method(step))

    def _is_method(self, step: Step) -> bool:
        """Whether the first parameter of what is run is the object that it is a method of."""
        if step.frame is None:
            return False
        function = self._link.index.function(step.frame.function)
        is_static = any(terminal_name(each) == "staticmethod" for each in function.decorators)
        return function.owner >= 0 and not is_static

    def unmet(self, number: int, step: Step) -> tuple[str, ...]:
        """The kinds below a step that do not count, for what they would work on is not handed over."""
        if step.what != RUNS or step.frame is None or not self._walk.hops.get(step.frame.number):
            return ()
        is_met = self._carried if self._walk.hops[number] else self._is_handed
        return tuple(kind for kind in self._of[step.frame.number] if not is_met(number, step, kind))

    def _is_handed(self, number: int, step: Step, kind: str) -> bool:
        """Whether a call of the project hands over what is needed; an object that was told of it elsewhere
        may have read its files long ago."""
        needed = self._of[step.frame.number][kind] if step.frame is not None else ALWAYS
        if needed & ALWAYS:
            return True
        frame = self._walk.frames[number]
        body = self._link.index.body(frame.function)
        func = body.calls[step.spot.call].func if step.spot.call >= 0 else None
        object_ = func.base if isinstance(func, Attr) else None
        return any(
            is_made_of_something(body, expr)
            if expr is object_
            else not says_nothing(expr) and not (kind == "file" and self._is_in_memory(frame, expr))
            for expr in self._passed(number, step, needed)
        )

    def _is_in_memory(self, frame: Frame, expr: AnyExpr) -> bool:
        """Whether what is handed over is a file only in name: `write(notebook, io.StringIO())`."""
        values = self._link.evaluate(expr, frame)
        paths = [value.path if isinstance(value, ExternalInstance) else "" for value in values]
        return bool(paths) and MEMORY_TYPES.issuperset(paths)
