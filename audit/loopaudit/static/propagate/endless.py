"""Calls that wait without end: network and database calls that may be given a timeout and are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.conditions import is_harmless
from loopaudit.findings import CONFIDENCES
from loopaudit.static.expressions import Const
from loopaudit.static.link.given import Given
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import BoundExternal, External
from loopaudit.static.observations import EndlessWait, Place
from loopaudit.static.propagate.literals import arguments_of
from loopaudit.static.propagate.steps import doubt_of
from loopaudit.static.propagate.targets import primitive_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loopaudit.catalogue.model import Primitive
    from loopaudit.findings import Root
    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value
    from loopaudit.static.propagate.explore import Walk


def endless_waits(
    link: Linker, walk: Walk, roots_of: Callable[[Frame], tuple[Root, ...]]
) -> tuple[EndlessWait, ...]:
    """Every such call, on the loop or not: a thread that waits for ever is lost to its pool."""
    found: dict[tuple[str, int, int], EndlessWait] = {}
    for frame in frames_calling(link, walk, link.timeout_names):
        for call in link.index.body(frame.function).calls:
            if terminal_name(call.func) not in link.timeout_names:
                continue
            for primitive, doubt in _endless(link, frame, call):
                name = link.index.qualified_name(frame.function)
                at = Place(link.index.path(frame.function), name, call.line, call.column, call.end_line)
                key = (at.path, at.line, at.column)
                before = found[key].roots if key in found else ()
                roots = tuple(dict.fromkeys((*before, *roots_of(frame))))
                found[key] = EndlessWait(at, primitive, roots, CONFIDENCES[doubt])
    return tuple(found[key] for key in sorted(found))


def frames_calling(link: Linker, walk: Walk, words: frozenset[str]) -> Iterator[Frame]:
    """The project's frames, walked or in general, that call something with one of these last words."""
    wanted = {number for word in words for number in link.index.callers.get(word, ())}
    walked = {frame.function for frame in walk.frames.values()}
    for frame in walk.frames.values():
        if frame.function in wanted and not link.index.is_library(frame.function):
            yield frame
    for number in sorted(wanted - walked):
        yield link.frames.general(number)


def _endless(link: Linker, frame: Frame, call: Call) -> Iterator[tuple[Primitive, int]]:
    values = link.evaluate(call.func, frame)
    for value in values:
        primitive = _primitive(link, value)
        if primitive is not None and primitive.timeout:
            if any(name in {primitive.timeout, ""} for name, _ in call.keywords):
                return
            is_told = 0 <= primitive.timeout_at < len(call.args)
            if is_told or (primitive.kind == "database" and _may_say_so(call)):
                return
            if not is_harmless(primitive.unless, arguments_of(link, Given.of(call, frame, -1))):
                yield primitive, doubt_of(values)
                return


def _may_say_so(call: Call) -> bool:
    """Whether the address of a database may hold the timeout: it names one, or is not at hand."""
    return any(
        not isinstance(expr, Const) or (isinstance(expr.value, str) and "timeout" in expr.value)
        for expr in call.args
    )


def _primitive(link: Linker, value: Value) -> Primitive | None:
    match value:
        case External(path=path):
            return primitive_of(link, path, None)
        case BoundExternal(path=path, receiver=receiver):
            return primitive_of(link, path, receiver)
        case _:
            return None
