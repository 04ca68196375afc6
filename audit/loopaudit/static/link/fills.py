"""What is put into a container after it was made empty: `REGISTRY[name] = f`, `self.items.append(x)`.

Answered once for each container; who adds to what stands in `additions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.index import MASK, SHIFT
from loopaudit.static.link.values import ClassValue, Container, Instance, Values, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loopaudit.static.link.additions import Addition
    from loopaudit.static.link.linker import Linker

_IN_SCOPE, _IN_CLASS = 30, 31
"""Kinds of questions in the memo: by a name, by an attribute."""
_WITHIN = 2
"""The same, for what goes one container deeper."""


def is_empty(values: Values) -> bool:
    """Whether all that is known is a container nobody knows the contents of, or one of such containers."""
    return bool(values) and all(
        isinstance(value, Container) and (not value.element or is_empty(value.element)) for value in values
    )


def fill_name(link: Linker, values: Values, function: int, name: str) -> Values:
    """The containers bound to `name` in the scope `function`, with what is put into them."""
    word = link.word(name)
    found = link.memo.ask((_IN_SCOPE, function, word), _put_into_name, link, function, name, False)
    inner = link.memo.ask((_IN_SCOPE, function, word, _WITHIN), _put_into_name, link, function, name, True)
    return _filled(values, found, inner)


def fill_attribute(link: Linker, values: Values, cls: int, name: str) -> Values:
    """The containers stored as an attribute, with what anybody puts into them."""
    word = link.word(name)
    found = link.memo.ask((_IN_CLASS, cls, word), _put_into_attribute, link, cls, name, False)
    inner = link.memo.ask((_IN_CLASS, cls, word, _WITHIN), _put_into_attribute, link, cls, name, True)
    return _filled(values, found, inner)


def _filled(values: Values, contents: Values, inner: Values) -> Values:
    if not contents and not inner:
        return values
    return tuple(
        Container(value.kind, _refilled(union((value.element, contents)), inner))
        if isinstance(value, Container)
        else value
        for value in values
    )


def _refilled(values: Values, inner: Values) -> Values:
    """The contents of a container of containers, with what is put into those: `handlers[name].append(f)`."""
    if not inner:
        return values
    filled = (
        Container(value.kind, inner) if isinstance(value, Container) and not value.element else value
        for value in values
    )
    return tuple(dict.fromkeys(filled)) or (Container("list", inner),)


def _put_into_name(link: Linker, function: int, name: str, is_inner: bool) -> Values:
    """A module's container is filled by all its functions, a function's by itself."""
    if function & MASK:
        found = link.additions.in_function(function)[0].get(name, [])
        kept = [each for each in found if each.is_local]
    else:
        found = link.additions.in_module(function >> SHIFT).get(name, [])
        kept = [each for each in found if each.scope == function or not each.is_local]
    return _contents(link, (each for each in kept if each.is_inner is is_inner))


def _put_into_attribute(link: Linker, cls: int, name: str, is_inner: bool) -> Values:
    family = {cls, *link.hierarchy.order(cls), *link.hierarchy.descendants(cls)}

    def is_of_family(addition: Addition) -> bool:
        owners = link.evaluate(addition.base, link.frames.general(addition.scope))
        return any(
            (value.cls if isinstance(value, Instance) else value.index) in family
            for value in owners
            if isinstance(value, Instance | ClassValue)
        )

    additions = link.additions.to_attribute(name, cls >> SHIFT)
    return _contents(link, (each for each in additions if each.is_inner is is_inner and is_of_family(each)))


def _contents(link: Linker, additions: Iterable[Addition]) -> Values:
    found: list[Values] = []
    for each in additions:
        values = link.evaluate(each.value, link.frames.general(each.scope))
        found.append(_elements(link, values) if each.is_all else values)
    return union(found)


def _elements(link: Linker, values: Values) -> Values:
    """What a container adds to another: of a dict its values."""
    dicts = [value.element for value in values if isinstance(value, Container) and value.kind == "dict"]
    return union(dicts) if dicts else link.element(values)
