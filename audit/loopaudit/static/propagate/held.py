"""Locks of threads that a coroutine holds while it waits: `with lock: await ...`, acquire, await, release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.catalogue.conditions import is_harmless
from loopaudit.static.expressions import Attr, Result
from loopaudit.static.facts import ASYNC_ITERATED, ASYNC_WITH_ITEM, AWAITED, WITH_ITEM
from loopaudit.static.link.calling import enter
from loopaudit.static.link.given import Given
from loopaudit.static.link.values import BoundExternal, Decorated, ExternalInstance, FunctionValue
from loopaudit.static.observations import HeldLock
from loopaudit.static.propagate.crossings import written
from loopaudit.static.propagate.literals import arguments_of
from loopaudit.static.propagate.sight import confidence_of, each_once, has_role
from loopaudit.static.propagate.steps import doubt_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.observations import Place
    from loopaudit.static.propagate.sight import Sight

WAITS = AWAITED | ASYNC_WITH_ITEM | ASYNC_ITERATED
TAKE, LET_GO = "acquire", "release"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock as the source calls it."""

    type_name: str
    expression: str
    doubt: int


def held_locks(sight: Sight) -> tuple[HeldLock, ...]:
    """Every lock that a coroutine keeps from other threads, and from other tasks, while it waits."""
    return each_once(_all(sight))


def _all(sight: Sight) -> Iterator[HeldLock]:
    for frame in sight.coroutines():
        function = sight.link.index.function(frame.function)
        if function.has_await or function.is_generator:
            yield from _in_blocks(sight, frame)
            yield from _between_calls(sight, frame)


def _in_blocks(sight: Sight, frame: Frame) -> Iterator[HeldLock]:
    body = sight.link.index.body(frame.function)
    for position, item in enumerate(body.withs):
        if not item.awaits or item.is_async:
            continue
        lock = _lock_behind(sight.link, item.value, frame) or _lock_inside(sight.link, item.value, frame)
        if lock is not None:
            inside = (call for call in body.calls if position in call.under and call.flags & WAITS)
            yield _held(sight, frame, lock, sight.place(frame, item), next(inside, None))


def _between_calls(sight: Sight, frame: Frame) -> Iterator[HeldLock]:
    link = sight.link
    if TAKE not in link.index.function(frame.function).called:
        return
    calls = link.index.body(frame.function).calls
    for position, call in enumerate(calls):
        if not isinstance(call.func, Attr) or call.func.name != TAKE or call.flags & (WAITS | WITH_ITEM):
            continue
        lock = _lock_behind(link, call.func.base, frame)
        if lock is None or _only_tries(link, frame, call):
            continue
        waits = _waits_until_release(link, frame, calls[position + 1 :], lock.expression)
        if waits is not None:
            yield _held(sight, frame, lock, sight.place(frame, call), waits)


def _waits_until_release(link: Linker, frame: Frame, calls: tuple[Call, ...], wanted: str) -> Call | None:
    """The first call that is awaited before the next release of `wanted`; None when there is neither."""
    waits: Call | None = None
    for call in calls:
        func = call.func
        if isinstance(func, Attr) and func.name == LET_GO and written(link, func.base, frame) == wanted:
            return waits
        if waits is None and call.flags & WAITS:
            waits = call
    return None


def _only_tries(link: Linker, frame: Frame, call: Call) -> bool:
    """`acquire(blocking=False)`: nobody who asks like this ever waits for the holder."""
    return any(
        is_harmless(primitive.unless, arguments_of(link, Given.of(call, frame, -1)))
        for value in link.evaluate(call.func, frame)
        if isinstance(value, BoundExternal) and (primitive := link.catalogue.primitive(value.path))
    )


def _lock_behind(link: Linker, expr: AnyExpr, frame: Frame) -> Lock | None:
    """The lock an expression stands for, if it is one."""
    values = link.evaluate(expr, frame)
    for value in values:
        if isinstance(value, ExternalInstance) and has_role(link, value.path, "locks_threads"):
            return Lock(value.path, written(link, expr, frame), doubt_of(values))
    return None


def _lock_inside(link: Linker, expr: AnyExpr, frame: Frame) -> Lock | None:
    """The lock that a context manager written as a generator holds while it yields: `with self.locked():`."""
    if not isinstance(expr, Result):
        return None
    func = link.index.body(frame.function).calls[expr.call].func
    for value in link.evaluate(func, frame):
        for each in value.original if isinstance(value, Decorated) else ():
            if isinstance(each, FunctionValue) and link.index.function(each.function).is_generator:
                inner = enter(link, each, Given())
                for item in link.index.body(inner.function).withs:
                    lock = (
                        _lock_behind(link, item.value, inner) if item.awaits and not item.is_async else None
                    )
                    if lock is not None:
                        return lock
    return None


def _held(sight: Sight, frame: Frame, lock: Lock, at: Place, waits: Call | None) -> HeldLock:
    link = sight.link
    words = "" if waits is None else written(link, waits.func, frame)
    return HeldLock(
        at=at,
        type_name=lock.type_name,
        expression=lock.expression,
        waits=None if waits is None else sight.hop(frame.function, waits.line, waits.column, words),
        reenters=has_role(link, lock.type_name, "reenters"),
        confidence=confidence_of(lock.doubt),
        roots=sight.roots_of(frame),
    )
