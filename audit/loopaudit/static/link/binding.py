"""Parts of values: what an index takes out, what an unpacking, a loop or a `with` binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.fields import field_at
from loopaudit.static.link.values import Container, Instance, Values, union

if TYPE_CHECKING:
    from loopaudit.static.link.linker import Linker


def container_item(container: Container, key: object) -> Values:
    """`container[key]`; an unknown key gives any element."""
    if isinstance(key, str | int):
        for known, values in container.keyed:
            if known == key and type(known) is type(key):
                return values
        if isinstance(key, int) and container.items and -len(container.items) <= key < len(container.items):
            return container.items[key]
    return container.element


def bound_by(link: Linker, kind: str, values: Values, path: tuple[int, ...]) -> Values:
    """What is bound by an assignment of this kind, after unpacking along `path`."""
    match kind:
        case "iterate" | "aiterate":
            values = link.element(values)
        case "enter":
            values = link.entered(values, is_async=False)
        case "aenter":
            values = link.entered(values, is_async=True)
        case _:
            pass
    for step in path:
        values = _unpacked(link, values, step)
    return values


def _unpacked(link: Linker, values: Values, step: int) -> Values:
    parts: list[Values] = []
    for value in values:
        if isinstance(value, Container) and value.kind != "dict":
            if step == -1:
                parts.append((Container("list", value.element),))
            else:  # what stands behind a starred part counts from the end, -2 being the last
                parts.append(container_item(value, step if step >= 0 else step + 1))
        elif isinstance(value, Instance) and (found := field_at(link, value.cls, step)):
            parts.append(found)
        else:
            parts.append(link.element((value,)))
    return union(parts)
