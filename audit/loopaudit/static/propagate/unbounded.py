"""Awaits on the network that no deadline is around: not in their function, and not where that is called."""

from __future__ import annotations

from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING

from loopaudit.catalogue.conditions import is_harmless
from loopaudit.static.expressions import Attr, Const, Local, Result
from loopaudit.static.facts import ASYNC_ITERATED, AWAITED
from loopaudit.static.link.values import BoundExternal, ExternalInstance, split_site
from loopaudit.static.observations import UnboundedAwait
from loopaudit.static.propagate.gathered import mentions
from loopaudit.static.propagate.literals import arguments_of
from loopaudit.static.propagate.sight import confidence_of, each_once
from loopaudit.static.propagate.steps import OFFLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loopaudit.findings import Hop
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import External, Frame, Value
    from loopaudit.static.propagate.sight import RoleCall, Sight

WAITS = AWAITED | ASYNC_ITERATED
MAX_CHAIN = 40
MAX_MAKERS = 4


def unbounded_awaits(sight: Sight) -> tuple[UnboundedAwait, ...]:
    """Every such await, with one way that leads to it without a deadline."""
    return each_once(_all(sight, Deadlines(sight)))


def _all(sight: Sight, deadlines: Deadlines) -> Iterator[UnboundedAwait]:
    for each in sight.calls_with("waits"):
        if not each.call.flags & WAITS or each.frame.number not in deadlines.ways:
            continue
        if deadlines.is_bounded(each.frame, each.index) or _is_told(sight, each):
            continue
        hop = sight.hop(each.frame.function, each.call.line, each.call.column, each.value.path)
        yield UnboundedAwait(
            at=sight.place(each.frame, each.call),
            name=each.value.path,
            why=each.role.why,
            chain=(*deadlines.way_to(each.frame), hop),
            confidence=confidence_of(max(each.doubt, _doubt_of(sight, each))),
            roots=sight.roots_of(each.frame),
        )


def _makers(link: Linker, value: External | BoundExternal) -> list[ExternalInstance]:
    """The object whose method is called, the object whose method made that (the pool of a connection), ..."""
    found: list[ExternalInstance] = []
    receiver = value.receiver if isinstance(value, BoundExternal) else None
    while isinstance(receiver, ExternalInstance) and len(found) < MAX_MAKERS:
        found.append(receiver)
        receiver = _maker(link, receiver.site) if receiver.site >= 0 else None
    return found


def _maker(link: Linker, site: int) -> Value | None:
    function, position = split_site(site)
    func = link.index.body(function).calls[position].func
    if not isinstance(func, Attr):
        return None
    values = link.evaluate(func.base, link.frames.general(function))
    return next((value for value in values if isinstance(value, ExternalInstance)), None)


def _is_told(sight: Sight, each: RoleCall) -> bool:
    """Whether the call was told how long it may take, or any of what made its object."""
    given = sight.link.given(each.frame, each.index)
    return any(
        is_harmless(each.role.unless, arguments_of(sight.link, given, maker))
        for maker in (_makers(sight.link, each.value) or (None,))
    )


def _doubt_of(sight: Sight, each: RoleCall) -> int:
    """What came from elsewhere may have been told there: that it was not is only possible."""
    makers = _makers(sight.link, each.value)
    return 2 if makers and makers[-1].site < 0 else 0


class Deadlines:
    """Which calls a deadline is around, and which frames may be entered without one."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._by_frame: dict[int, list[int]] = {}
        for each in sight.calls_with("deadline", in_libraries=True):
            given = sight.link.given(each.frame, each.index)
            arguments = [found for name in each.role.arguments if (found := given.find(name)) is not None]
            if arguments and arguments[0].expr != Const(None):
                self._by_frame.setdefault(each.frame.number, []).append(each.index)

    def is_bounded(self, frame: Frame, position: int) -> bool:
        """Whether a deadline of the same function is around a call: its block, or the call that takes it."""
        deadlines = self._by_frame.get(frame.number)
        if not deadlines or position < 0:
            return False
        body = self._sight.link.index.body(frame.function)
        under = [body.withs[at].value for at in body.calls[position].under]
        sources = [body.defs[at].value for value in under if isinstance(value, Local) for at in value.defs]
        entered = {value.call for value in (*under, *sources) if isinstance(value, Result)}
        if not entered.isdisjoint(deadlines):
            return True
        return any(
            mentions(expr, frozenset(), position)
            for at in deadlines
            for expr in (*body.calls[at].args, *(value for _, value in body.calls[at].keywords))
        )

    @cached_property
    def ways(self) -> Mapping[int, tuple[int, Hop] | None]:
        """The frames that may be entered without a deadline: number -> from which frame, by which call."""
        walk = self._sight.walk
        entered = {
            step.frame.number
            for steps in walk.steps.values()
            for step in steps.steps
            if step.frame is not None
        }
        called_first = [handler.frame.number for handler in self._sight.handlers if handler.runs == "loop"]
        starts = [*called_first, *(number for number in walk.frames if number not in entered)]
        ways: dict[int, tuple[int, Hop] | None] = dict.fromkeys(starts)
        pending = deque(ways)
        while pending:
            number = pending.popleft()
            for inner, hop in self._entered_from(number):
                if inner not in ways:
                    ways[inner] = (number, hop)
                    pending.append(inner)
        return ways

    def _entered_from(self, number: int) -> Iterator[tuple[int, Hop]]:
        steps = self._sight.walk.steps.get(number)
        frame = self._sight.walk.frames.get(number)
        if steps is None or frame is None:
            return
        for step in steps.steps:
            if step.frame is None or step.what == OFFLOADS or self.is_bounded(frame, step.spot.call):
                continue
            hop = self._sight.hop(frame.function, step.spot.line, step.spot.column, step.calls)
            yield step.frame.number, hop

    def way_to(self, frame: Frame) -> tuple[Hop, ...]:
        """The calls that lead to a frame, from who is called first."""
        hops: list[Hop] = []
        way = self.ways.get(frame.number)
        while way is not None and len(hops) < MAX_CHAIN:
            hops.insert(0, way[1])
            way = self.ways.get(way[0])
        return tuple(hops)
