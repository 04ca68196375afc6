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
    from collections.abc import Mapping

    from loopaudit.static.link.given import Given
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value, Values

POSSIBLE = 2
IMPOSSIBLE = 3


def awaiting_doubt(link: Linker, value: Value, given: Given, frame: Frame) -> int:
    """How doubtful `await value(...)` is: 0 certain, POSSIBLE where nobody knows what a sync function gives,
    IMPOSSIBLE where it gives a plain value (then the type was guessed wrong)."""
    if not isinstance(value, FunctionValue) or link.index.function(value.function).is_async:
        return 0
    results = link.apply(value, given, frame)
    return min((_doubt(link, result) for result in results), default=POSSIBLE)


def awaitable(link: Linker, values: Values, doubts: Mapping[Value, int]) -> Values:
    """The values that may be meant: not what gives a plain value, and of sync and async functions the async
    ones, for a decorator that makes both gives each function the one of its kind."""
    kept = tuple(value for value in values if doubts.get(value, 0) <= POSSIBLE)
    if len(kept) < 2 or not doubts:
        return kept
    sync = {value for value in kept if isinstance(value, FunctionValue) and not _is_async(link, value)}
    is_told = any(isinstance(value, FunctionValue) and value not in sync for value in kept)
    return tuple(value for value in kept if value not in sync) if is_told else kept


def _is_async(link: Linker, value: FunctionValue) -> bool:
    return link.index.function(value.function).is_async


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
