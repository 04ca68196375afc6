"""What runs without being written as a call: properties, `with` and `for` protocols, operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.link.attributes import property_getter, property_setter
from loopaudit.static.link.given import Argument, Given
from loopaudit.static.link.protocols import candidates
from loopaudit.static.link.values import (
    BoundExternal,
    Context,
    ExternalInstance,
    Frame,
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


class Use(msgspec.Struct, frozen=True, gc=False):
    """An implicit call at a place: of these methods, and of the generators these frames run."""

    line: int
    column: int
    values: Values
    given: Given = NO_ARGUMENTS
    is_async: bool = False
    origins: tuple[Frame, ...] = ()


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
            yield Use(load.line, load.column, values)


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
        names = ("__aenter__", "__aexit__") if item.is_async else ("__enter__", "__exit__")
        entered = link.evaluate(item.value, frame)
        values = union(_dunder(link, value, name) for value in entered for name in names)
        if values:
            yield Use(item.line, item.column, values, is_async=item.is_async)


def _iterations(link: Linker, frame: Frame) -> Iterator[Use]:
    for item in link.index.body(frame.function).iterations:
        names = ("__aiter__", "__anext__") if item.is_async else ("__iter__", "__next__")
        iterated = link.evaluate(item.value, frame)
        values = union(_dunder(link, value, name) for value in iterated for name in names)
        inner = [each for value in values for each in _result(link, value)] if values else []
        origins = tuple(
            value.origin
            for value in (*iterated, *inner)
            if isinstance(value, IteratorValue) and value.origin is not None
        )
        if values or origins:
            yield Use(item.line, item.column, values, is_async=item.is_async, origins=origins)


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
            return (BoundExternal(member.path, value, name),) if member.primitive is not None else ()
        case Context():
            return ()
        case _:
            return ()
