"""Whether a call that is awaited can mean a certain function: what gives a plain value cannot be awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.values import (
    Awaitable,
    Constant,
    Container,
    ExternalInstance,
    FunctionValue,
    Instance,
    Iterator,
)

if TYPE_CHECKING:
    from loopaudit.static.link.given import Given
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value

POSSIBLE = 2
IMPOSSIBLE = 3


def awaiting_doubt(link: Linker, value: Value, given: Given, frame: Frame) -> int:
    """How doubtful `await value(...)` is: 0 certain, POSSIBLE where nobody knows what a sync function gives,
    IMPOSSIBLE where it gives a plain value (then the type was guessed wrong)."""
    if not isinstance(value, FunctionValue) or link.index.function(value.function).is_async:
        return 0
    results = link.apply(value, given, frame)
    return min((_doubt(link, result) for result in results), default=POSSIBLE)


def _doubt(link: Linker, value: Value) -> int:
    match value:
        case Awaitable():
            return 0
        case Constant() | Container() | Iterator():
            return IMPOSSIBLE
        case Instance():
            return 0 if link.attribute(value, "__await__") else IMPOSSIBLE
        case ExternalInstance(path=path):
            found = link.catalogue.type_of(path)
            if found is None:
                return POSSIBLE
            is_awaitable = found.is_async or link.catalogue.member(path, "__await__").is_known
            return 0 if is_awaitable else IMPOSSIBLE
        case _:
            return POSSIBLE
