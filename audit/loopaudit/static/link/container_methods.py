"""What the methods of builtin containers give: language, not library, so no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.binding import container_item
from loopaudit.static.link.values import Constant, Container, ContainerMethod, Values, union

if TYPE_CHECKING:
    from loopaudit.static.link.given import Given
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value

_SAME_CONTAINER = frozenset(("copy", "union", "intersection", "difference"))
_ELEMENT = frozenset(("pop", "popleft", "setdefault", "__getitem__"))


def dictionary_of(link: Linker, given: Given) -> Container:
    """What `dict(...)` gives: of another dictionary, of pairs, of keywords."""
    keyed = [(name, argument.values(link)) for name, argument in given.keywords if name]
    parts = [values for _, values in keyed]
    first = given.at(0)
    copied = (argument for name, argument in given.keywords if not name)
    for argument in (*((first,) if first is not None else ()), *copied):
        for value in argument.values(link):
            if isinstance(value, Container) and value.kind == "dict":
                parts.append(value.element)
                keyed.extend((str(key), values) for key, values in value.keyed)
            else:
                parts.extend(_second(link, pair) for pair in link.element((value,)))
    return Container("dict", union(parts), (), tuple(keyed))


def _second(link: Linker, pair: Value) -> Values:
    return container_item(pair, 1) if isinstance(pair, Container) else link.element((pair,))


def result_of_method(link: Linker, value: ContainerMethod, given: Given) -> Values:
    """What `d.get(key)`, `items.copy()` and the like give."""
    container, name = value.container, value.name
    first = given.at(0)
    if name == "get" or name in _ELEMENT:
        keys = first.values(link) if first is not None else ()
        key = keys[0].value if len(keys) == 1 and isinstance(keys[0], Constant) else None
        default = given.at(1)
        found = container_item(container, key if container.kind == "dict" or name == "__getitem__" else None)
        return union((found, default.values(link) if default is not None else ()))
    if name == "values":
        return (Container("list", container.element),)
    if name == "items":
        keys = tuple(Constant(key) for key, _ in container.keyed)
        return (
            Container(
                "list", (Container("tuple", union((keys, container.element)), (keys, container.element)),)
            ),
        )
    if name == "keys":
        return (Container("list", tuple(Constant(key) for key, _ in container.keyed)),)
    return (container,) if name in _SAME_CONTAINER else ()
