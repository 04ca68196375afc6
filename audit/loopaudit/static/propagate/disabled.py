"""Timeouts that were taken away in so many words: `timeout=None`, on a call or on its client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.conditions import is_harmless
from loopaudit.static.expressions import Const, Local, Name
from loopaudit.static.link.given import Given
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.index import SHIFT
from loopaudit.static.link.values import BoundExternal, External
from loopaudit.static.observations import DisabledTimeout
from loopaudit.static.propagate.endless import frames_calling
from loopaudit.static.propagate.literals import arguments_of
from loopaudit.static.propagate.sight import confidence_of, each_once
from loopaudit.static.propagate.steps import doubt_of
from loopaudit.static.propagate.targets import primitive_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value
    from loopaudit.static.propagate.sight import Sight

Bound = tuple[str, str, str]
"""The name of what is called, the argument that bounds its wait, and why."""


def disabled_timeouts(sight: Sight) -> tuple[DisabledTimeout, ...]:
    """Every call, wherever it runs, one of whose arguments says that it may wait for ever."""
    return each_once(_all(sight))


def _all(sight: Sight) -> Iterator[DisabledTimeout]:
    link = sight.link
    roles = {row.name.rpartition(".")[2] for row in link.catalogue.rows.roles if row.role == "timeout"}
    words = link.timeout_names | roles
    for frame in frames_calling(link, sight.walk, words):
        for call in link.index.body(frame.function).calls:
            if terminal_name(call.func) not in words or not (call.args or call.keywords):
                continue
            for bound, doubt in _taken_away(link, frame, call):
                at, roots = sight.place(frame, call), sight.roots_of(frame)
                yield DisabledTimeout(at, *bound, confidence_of(doubt), roots)


def _taken_away(link: Linker, frame: Frame, call: Call) -> Iterator[tuple[Bound, int]]:
    """The first bound of the called function that the call takes away."""
    given = Given.of(call, frame, -1)
    values = link.evaluate(call.func, frame)
    for value in values:
        for name, argument, why in _bounds(link, value, given):
            passed = given.find(argument)
            if passed is not None and passed.expr is not None and _is_none(link, passed.expr, frame):
                yield (name, argument, why), doubt_of(values)
                return


def _is_none(link: Linker, expr: AnyExpr, frame: Frame) -> bool:
    """Whether the source says None: here, or where it gives a name of this function or module its value.
    What a call or a parameter may give (`options.pop("timeout", None)`) is somebody else's word."""
    match expr:
        case Const(value=value):
            return value is None
        case Local(defs=positions):
            scope = frame.function
        case Name(name=name):
            scope = frame.function >> SHIFT << SHIFT
            positions = link.index.bindings(scope).get(name, ())
        case _:
            return False
    bound = [link.index.body(scope).defs[position] for position in positions]
    return bool(bound) and all(each.kind == "assign" and each.value == Const(None) for each in bound)


def _bounds(link: Linker, value: Value, given: Given) -> Iterator[Bound]:
    """The arguments that bound how long a call of `value` waits."""
    if not isinstance(value, External | BoundExternal):
        return
    for row in link.catalogue.roles(value.path):
        if row.role == "timeout" and not is_harmless(row.unless, arguments_of(link, given)):
            yield from ((row.name, argument, row.why) for argument in row.arguments)
    primitive = primitive_of(link, value.path, value.receiver if isinstance(value, BoundExternal) else None)
    if primitive is not None and primitive.timeout:
        yield primitive.name, primitive.timeout, ""
