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
    is_own_object,
    maker_of,
    passed_for,
    says_nothing,
    sources_in,
)
from loopaudit.static.propagate.made_of import CONSTRUCTORS, told_at_making
from loopaudit.static.propagate.steps import RUNS, Step, Steps

if TYPE_CHECKING:
    from loopaudit.catalogue.model import Primitive
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.depends import Source
    from loopaudit.static.propagate.explore import Walk

    Needed = frozenset[Source]

MAX_LIBRARY_CALLS = 3
ALWAYS: Needed = frozenset((-1,))
"""In place of parameters: it counts, whatever was handed over."""


def waits(primitive: Primitive) -> bool:
    """Whether it waits for others, whatever it is given; a host's name is given, or it is the own one."""
    return primitive.cost == "unbounded" and primitive.kind != "dns"


def worked_on(link: Linker, frame: Frame, step: Step) -> Needed:
    """What of its function the call of a primitive works on: what its object came from, else what comes
    first; the other arguments say how."""
    if step.spot.call < 0:
        return frozenset()
    body, is_method = link.index.body(frame.function), _is_method(link, frame)
    call = body.calls[step.spot.call]
    object_ = (call.func.base,) if isinstance(call.func, Attr) else ()
    first = call.args[:1] or [value for _, value in call.keywords[:1]]
    found = sources_in(body, object_, is_method=is_method)
    return found or sources_in(body, first, is_method=is_method)


def _is_method(link: Linker, frame: Frame) -> bool:
    """Whether the first parameter is the object that the function is a method of."""
    function = link.index.function(frame.function)
    is_static = any(terminal_name(each) == "staticmethod" for each in function.decorators)
    return function.owner >= 0 and function.kind != "class" and not is_static


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
        self._of: dict[int, dict[str, Needed]] = defaultdict(dict)
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

    def _add(self, number: int, kind: str, needed: Needed, calls: int) -> bool:
        """Of several ways to a primitive the shortest is the one that is told, and counts."""
        known = self._of[number].get(kind, frozenset())
        is_longer = calls > self._calls.get((number, kind), calls)
        if needed <= known or (known and is_longer and not needed & ALWAYS):
            return False
        self._of[number][kind] = known | needed
        self._calls.setdefault((number, kind), calls)
        return True

    def _carried(self, caller: int, step: Step, kind: str) -> Needed:
        """What a caller inside the library must be handed, for what it runs to be handed what that needs."""
        callee = step.frame.number if step.frame is not None else -1
        needed = self._of[callee].get(kind, frozenset())
        if needed & ALWAYS:
            return ALWAYS
        if self._calls.get((callee, kind), 0) >= MAX_LIBRARY_CALLS:
            return frozenset()
        frame = self._walk.frames[caller]
        body, is_method = self._link.index.body(frame.function), _is_method(self._link, frame)
        passed, objects = self._passed(frame, step, needed)
        own = {source for object_, source in objects if is_method and is_own_object(body, object_)}
        others = [object_ for object_, _ in objects if not is_own_object(body, object_)]
        stored = [each for each in body.attr_stores if each.name in own and is_own_object(body, each.base)]
        kept = own - {each.name for each in stored}
        values = [each.value for each in stored]
        return frozenset(kept) | sources_in(body, (*passed, *others, *values), is_method=is_method)

    def _passed(
        self, frame: Frame, step: Step, needed: Needed
    ) -> tuple[list[AnyExpr], list[tuple[AnyExpr, Source]]]:
        """What a call passes of what is needed, and the objects, made elsewhere, that have the rest of it."""
        if step.frame is None or step.spot.call < 0:
            return [], []
        link, body = self._link, self._link.index.body(frame.function)
        call, function = body.calls[step.spot.call], link.index.function(step.frame.function)
        is_method = _is_method(link, step.frame)
        is_new = function.name in CONSTRUCTORS and terminal_name(call.func) != function.name
        found: list[AnyExpr] = []
        objects: list[tuple[AnyExpr, Source]] = []
        for source in sorted(needed, key=str):
            if isinstance(source, int) and not (is_method and source == 0):
                found.extend(passed_for(call, function, source, is_bound=is_method))
                continue
            object_ = call.func.base if isinstance(call.func, Attr) else None
            maker = call if is_new else maker_of(body, object_) if object_ is not None else None
            if maker is not None and not (object_ is not None and is_own_object(body, object_)):
                found.extend(told_at_making(link, frame, maker, source))
            elif object_ is not None:
                objects.append((object_, source))
        return found, objects

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
        passed, _ = self._passed(frame, step, needed)
        return any(
            not says_nothing(expr) and not (kind == "file" and self._is_in_memory(frame, expr))
            for expr in passed
        )

    def _is_in_memory(self, frame: Frame, expr: AnyExpr) -> bool:
        """Whether what is handed over is a file only in name: `write(notebook, io.StringIO())`."""
        values = self._link.evaluate(expr, frame)
        paths = [value.path if isinstance(value, ExternalInstance) else "" for value in values]
        return bool(paths) and MEMORY_TYPES.issuperset(paths)
