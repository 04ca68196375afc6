"""What runs without being written as a call: properties, `with` and `for` protocols, operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.link.accessors import property_getter, property_setter
from loopaudit.static.link.decisions import is_ruled_out
from loopaudit.static.link.given import Argument, Given
from loopaudit.static.link.library import objects
from loopaudit.static.link.protocols import candidates
from loopaudit.static.link.values import (
    BoundExternal,
    Constant,
    Context,
    External,
    ExternalInstance,
    Frame,
    FunctionValue,
    Instance,
    Values,
    union,
)
from loopaudit.static.link.values import (
    Iterator as IteratorValue,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value

NO_ARGUMENTS = Given()
AWAITED_INSIDE = Given(keywords=(("awaited_inside", Argument((Constant(True),))),))
"""What leaving a `with` block is told when the block awaits, for the condition of that name."""


class Use(msgspec.Struct, frozen=True, gc=False):
    """An implicit call at a place: of these methods, and of the generators these frames run."""

    line: int
    column: int
    values: Values
    given: Given = NO_ARGUMENTS
    is_async: bool = False
    origins: tuple[Frame, ...] = ()
    doubt: int = 0
    """Of the origins: how many there are."""
    is_once: bool = False


def uses(link: Linker, frame: Frame) -> Iterator[Use]:
    """Every implicit call of the frame's function."""
    yield from _properties(link, frame)
    yield from _withs(link, frame)
    yield from _iterations(link, frame)
    yield from _operators(link, frame)
    yield from _setters(link, frame)


def _properties(link: Linker, frame: Frame) -> Iterator[Use]:
    for load in link.index.body(frame.function).loads:
        if load.value.name not in link.property_names:
            continue
        values = union(
            property_getter(link, value, load.value.name) for value in link.evaluate(load.value.base, frame)
        )
        if values:
            yield Use(load.line, load.column, values, is_once=_is_kept(link, values))


def _is_kept(link: Linker, values: Values) -> bool:
    """Whether what a property gives is kept by its decorator (`cached_property`)."""
    return all(isinstance(value, FunctionValue) and _is_kept_by(link, value.function) for value in values)


def _is_kept_by(link: Linker, function: int) -> bool:
    frame = link.definition_frame(link.frames.general(function))
    return any(
        row.once_only
        for decorator in link.index.function(function).decorators
        for value in link.evaluate(decorator, frame)
        if isinstance(value, External)
        for row in link.catalogue.callbacks(value.path)
    )


def _setters(link: Linker, frame: Frame) -> Iterator[Use]:
    for store in link.index.body(frame.function).attr_stores:
        if store.name not in link.setter_names:
            continue
        values = union(property_setter(link, value, store.name) for value in link.evaluate(store.base, frame))
        if values:
            given = Given((Argument(expr=store.value, frame=frame),))
            yield Use(store.line, store.column, values, given)


def _withs(link: Linker, frame: Frame) -> Iterator[Use]:
    for item in link.index.body(frame.function).withs:
        if item.guards and is_ruled_out(link.index, frame, item.guards):
            continue
        names = ("__aenter__", "__aexit__") if item.is_async else ("__enter__", "__exit__")
        entered = link.evaluate(item.value, frame)
        values = union(_dunder(link, value, name) for value in entered for name in names)
        if values:
            given = AWAITED_INSIDE if item.awaits else NO_ARGUMENTS
            yield Use(item.line, item.column, values, given, is_async=item.is_async)


def _iterations(link: Linker, frame: Frame) -> Iterator[Use]:
    for item in link.index.body(frame.function).iterations:
        if item.guards and is_ruled_out(link.index, frame, item.guards):
            continue
        names = ("__aiter__", "__anext__") if item.is_async else ("__iter__", "__next__")
        iterated = link.evaluate(item.value, frame)
        values = union(_dunder(link, value, name) for value in iterated for name in names)
        inner = [each for value in values for each in _result(link, value)] if values else []
        origins = tuple(
            value.origin
            for value in (*iterated, *inner)
            if isinstance(value, IteratorValue)
            and value.origin is not None
            and value.is_async == item.is_async
        )
        if item.is_unpacking and len(iterated) > 1:
            origins = ()  # what is unpacked has a length: a tuple, where it may be one
        if values or origins:
            doubt = min(len({origin.function for origin in origins}) // 2, 2)
            yield Use(item.line, item.column, values, is_async=item.is_async, origins=origins, doubt=doubt)


def _result(link: Linker, value: Value) -> Values:
    return () if isinstance(value, BoundExternal) else link.apply(value)


def _operators(link: Linker, frame: Frame) -> Iterator[Use]:
    for use in link.index.body(frame.function).dunders:
        if use.method not in link.hierarchy.busy_dunders:
            continue
        values = union(_answering(link, value, use.method) for value in link.evaluate(use.receiver, frame))
        if values:
            arguments = tuple(Argument(expr=each, frame=frame) for each in use.args)
            yield Use(use.line, use.column, values, Given(arguments))


def _answering(link: Linker, value: Value, method: str) -> Values:
    """The dunder of the value, or the first one that Python takes in its place."""
    return next((found for name in candidates(method) if (found := _dunder(link, value, name))), ())


def _dunder(link: Linker, value: Value, name: str) -> Values:
    """The method behind a protocol, if the value is an object whose class says so."""
    match value:
        case Instance():
            return link.attribute(value, name)
        case ExternalInstance(path=path):
            member = link.catalogue.member(path, name)
            if member.primitive is not None:
                return (BoundExternal(member.path, value, name),)
            return union(_dunder(link, each, name) for each in objects(link, value))
        case Context():
            return ()
        case _:
            return ()
