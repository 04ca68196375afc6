"""How much values may hold: what `x = [x, x]` in a loop would double without end is cut.

Values inside values are hashed and compared as trees, however much they share: without a bound, thirty lines
that wrap a thing in itself take longer than anybody waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.link.values import (
    ClassValue,
    Constant,
    External,
    FunctionValue,
    Instance,
    Namespace,
    ProjectModule,
)

if TYPE_CHECKING:
    from loopaudit.static.link.values import Value, Values

MAX_HELD = 500
"""Containers, partials, awaitables and their like inside one answer."""
_PLAIN = frozenset((ClassValue, Constant, External, Instance, Namespace, ProjectModule))


def bounded(values: Values) -> Values:
    """The values; if they hold too much, without what is nested inside of what they hold."""
    for value in values:
        if not _is_plain(value):
            return values if _is_light(values) else tuple(dict.fromkeys(map(_cut, values)))
    return values


def _is_plain(value: object) -> bool:
    """Whether it holds no other values, or none that hold more."""
    kind = type(value)
    return kind in _PLAIN or (kind is FunctionValue and _is_plain(value.receiver)) or value is None  # type: ignore[attr-defined]


def _is_light(values: Values) -> bool:
    queue: list[object] = list(values)
    held = 0
    while queue:
        part = queue.pop()
        if type(part) is tuple:
            queue.extend(part)
        elif isinstance(part, msgspec.Struct) and not _is_plain(part):
            held += 1
            if held > MAX_HELD:
                return False
            queue.extend(getattr(part, name) for name in part.__struct_fields__)
    return True


def _cut(value: Value) -> Value:
    """The value with only plain values in it."""
    if _is_plain(value):
        return value
    parts = {name: getattr(value, name) for name in value.__struct_fields__}
    kept = {name: _plain_parts(part) for name, part in parts.items() if type(part) is tuple}
    return msgspec.structs.replace(value, **kept)


def _plain_parts(parts: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(
        _plain_parts(part) if type(part) is tuple else part
        for part in parts
        if not isinstance(part, msgspec.Struct) or _is_plain(part)
    )
